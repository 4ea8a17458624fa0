"""The device cookie: which browser a signed-in person uses, for the checks against fraud."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Final
from uuid import UUID

import structlog
from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from redis.exceptions import RedisError

from backend.accounts.models import Trace
from backend.accounts.services import traces
from backend.core import clock, redis
from backend.core.requests import address_of

log = structlog.get_logger(__name__)
Next = Callable[[HttpRequest], HttpResponse]

COOKIE: Final = "device"
COOKIE_SECONDS: Final = 400 * 86_400  # the longest that browsers keep one
_MADE_BY_US: Final = re.compile(r"[A-Za-z0-9_-]{32}")


class Traces:
    """Give each signed-in browser a random name, and note who uses it and from where.

    A name counts only once it has come back, so programs without cookies leave none. Visitors
    get none either: their pages may be kept by caches that many share.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Asked last: by then a program's token has said who it is. Visitors are not asked at all,
        # or their pages would vary by cookie.
        if _may_be_signed_in(request) and request.user.is_authenticated:
            device = _device_of(request)
            if not device:
                _name_the_device(response)
            _note(request.user.pk, {Trace.Kind.DEVICE: device, **_address(request)})
        return response


def _may_be_signed_in(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers


def _device_of(request: HttpRequest) -> str:
    sent = request.COOKIES.get(COOKIE, "")
    return sent if _MADE_BY_US.fullmatch(sent) else ""


def _address(request: HttpRequest) -> dict[str, str]:
    return {Trace.Kind.ADDRESS: address_of(request)}


def _name_the_device(response: HttpResponse) -> None:
    response.set_cookie(
        COOKIE,
        secrets.token_urlsafe(24),
        max_age=COOKIE_SECONDS,
        secure=not settings.DEBUG,
        httponly=True,
        samesite="Lax",
    )


def _note(user_id: UUID, seen: dict[str, str]) -> None:
    """Note what was not noted within the hour. No page fails for it."""
    try:
        fresh = _not_lately(user_id, seen)
        if fresh:
            traces.note(user_id=user_id, seen=fresh, at=clock.now())
    except (RedisError, DatabaseError):
        log.warning("trace_not_noted", user_id=str(user_id), exc_info=True)


def _not_lately(user_id: UUID, seen: dict[str, str]) -> dict[str, str]:
    """Ask Redis first, so that an ordinary page costs no query."""
    named = [(kind, what) for kind, what in seen.items() if what]
    rest = int(traces.REST.total_seconds())
    with redis.client().pipeline(transaction=False) as pipe:
        for kind, what in named:
            key = redis.key("trace", user_id, traces.digest(kind, what).hex())
            pipe.set(key, 1, nx=True, ex=rest)
        won = pipe.execute()
    return {kind: what for (kind, what), is_new in zip(named, won, strict=True) if is_new}
