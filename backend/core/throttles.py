"""Limits on how often: a sliding count in Redis, three separate families (S50).

API requests, socket connects and payment attempts have scopes of their own in
``settings.RATE_LIMITS``: ``{"api": (100, 60), …}`` as (times, seconds). A Redis that is down
lets requests through: availability of money beats a limit, and the database rules stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from backend.core import redis
from backend.core.errors import TooMany
from backend.core.requests import address_of

log = structlog.get_logger(__name__)

# INCR and the first EXPIRE in one step, so that a crash cannot leave a count for ever.
_COUNT = """
local n = redis.call('INCR', KEYS[1])
if n == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return {n, redis.call('TTL', KEYS[1])}
"""


@dataclass(frozen=True)
class Verdict:
    """What the count says: ``left`` tries in a window that resets in ``reset_seconds``."""

    limit: int
    left: int
    reset_seconds: int
    allowed: bool


def count(scope: str, ident: object) -> Verdict:
    """Count one try of ``ident`` under ``scope``.

    :raises KeyError: the scope is not in ``settings.RATE_LIMITS``.
    """
    times, seconds = settings.RATE_LIMITS[scope]
    try:
        name = redis.key("limit", scope, ident)
        tries, reset = redis.client().eval(_COUNT, 1, name, seconds)
    except RedisError:
        log.warning("limit_not_counted", scope=scope)
        return Verdict(times, times, seconds, allowed=True)
    return Verdict(times, max(0, times - tries), max(1, reset), allowed=tries <= times)


def limit(scope: str, ident: object, detail: str = "") -> None:
    """Count one try and refuse when it is one too many.

    :raises TooMany: the scope's limit is reached; carries ``retry_after`` in seconds.
    """
    verdict = count(scope, ident)
    if not verdict.allowed:
        raise TooMany(detail, retry_after=verdict.reset_seconds)


class ApiThrottle(BaseThrottle):
    """100 requests a minute for each user, or each address when nobody is signed in."""

    scope = "api"

    def allow_request(self, request: Request, view: Any) -> bool:
        user = request.user
        ident = user.pk if user and user.is_authenticated else address_of(request)
        self.verdict = count(getattr(view, "throttle_scope", self.scope), ident)
        request._request.rate_verdict = self.verdict  # type: ignore[attr-defined]
        return self.verdict.allowed

    def wait(self) -> float:
        return float(self.verdict.reset_seconds)


class RateLimitHeaders:
    """Middleware: say ``RateLimit-Limit``, ``-Remaining`` and ``-Reset`` on API answers."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        response = self.get_response(request)
        verdict: Verdict | None = getattr(request, "rate_verdict", None)
        if verdict is not None:
            response["RateLimit-Limit"] = str(verdict.limit)
            response["RateLimit-Remaining"] = str(verdict.left)
            response["RateLimit-Reset"] = str(verdict.reset_seconds)
        return response
