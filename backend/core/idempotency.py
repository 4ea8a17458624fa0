"""Idempotency-Key: the same request sent twice has one effect and one answer.

The row is inserted first, in the same transaction as the effect, so that both commit or
neither does. A second request with the key waits on the first one's row, then gets its
answer; if the first one is seen still running, it is told so (409).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

import orjson
from django.db import OperationalError, connection, transaction
from rest_framework.request import Request
from rest_framework.response import Response

from backend.core import clock
from backend.core.errors import Conflict, InvalidInput
from backend.core.models import IdempotencyRecord
from backend.core.requests import signed_in

KEPT = timedelta(hours=48)
KEY_CHARS_MAX = 200
LOCK_WAIT_MS = 5_000


class KeyRequired(InvalidInput):
    """A request that moves money or creates something came without its key."""

    code, title = "idempotency_key_required", "Send an Idempotency-Key header"


class KeyReusedForOther(Conflict):
    """The key was used before with another body."""

    code, title = "idempotency_key_reused", "This key was used for another request"


class StillRunning(Conflict):
    """The first request with this key has not finished."""

    code, title = "idempotency_still_running", "The same request is still running"


Door = Callable[..., Response]


def idempotent(door: Door) -> Door:
    """Wrap ``post(self, request, key, **url)``: pass the key, keep the answer with the effect.

    Only answers below 400 are kept: an error rolls its transaction back and may be retried.
    :raises KeyRequired: no key, or one longer than 200 characters.
    :raises KeyReusedForOther: same key, other body.
    :raises StillRunning: the first request holds the row for more than 5 s.
    """

    @wraps(door)
    def wrapped(self: Any, request: Request, **url: Any) -> Response:
        key = _key_of(request)
        digest = _digest_of(request)
        with transaction.atomic():
            record, first = _claim(request, key, digest, clock.now())
            if not first:
                return _replay(record, digest)
            response = door(self, request, key=key, **url)
            record.status, record.answer = response.status_code, _plain(response.data)
            record.save(update_fields=["status", "answer"])
        return response

    return wrapped


def sweep(*, at: datetime) -> int:
    """Forget answers older than 48 hours; how many went."""
    return IdempotencyRecord.objects.filter(created_at__lt=at - KEPT).delete()[0]


def _key_of(request: Request) -> str:
    key = request.headers.get("Idempotency-Key", "").strip()
    if not 0 < len(key) <= KEY_CHARS_MAX or not key.isprintable():
        raise KeyRequired("Send an Idempotency-Key header of 1 to 200 printable characters.")
    return key


def _digest_of(request: Request) -> str:
    try:
        body = orjson.dumps(request.data, option=orjson.OPT_SORT_KEYS)
    except TypeError as error:
        raise InvalidInput("The body is nested too deeply.") from error
    return hashlib.sha256(body).hexdigest()


def _claim(request: Request, key: str, digest: str, at: datetime) -> tuple[IdempotencyRecord, bool]:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = {LOCK_WAIT_MS}")
    try:
        with transaction.atomic():
            return IdempotencyRecord.objects.get_or_create(
                user=signed_in(request),
                route=f"{request.method} {request.path}"[:200],
                key=key,
                defaults={"body_hash": digest, "created_at": at},
            )
    except OperationalError as error:
        raise StillRunning from error
    finally:
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = 0")


def _replay(record: IdempotencyRecord, digest: str) -> Response:
    if record.body_hash != digest:
        raise KeyReusedForOther
    if record.status is None:
        raise StillRunning
    return Response(record.answer, status=record.status, headers={"Idempotency-Replayed": "true"})


def _plain(answer: Any) -> Any:
    """The answer as JSON would carry it (ids and instants become text)."""
    return orjson.loads(orjson.dumps(answer, default=str)) if answer is not None else None
