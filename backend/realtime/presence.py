"""Who has one of our pages open: users stamped by the heartbeats of ``ws/v1/me/``.

A Redis sorted set scored by ms of Redis' clock; tests pass ``at``. A user is fresh for
``PRESENCE_SECONDS`` after a beat.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings

from backend.core import clock, redis
from backend.realtime.scripts import Script

KEPT_SECONDS: Final = 24 * 3600
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_BEAT = Script(
    """
local now = tonumber(ARGV[2])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000) + tonumber(ARGV[3])
end
redis.call('ZADD', KEYS[1], now, ARGV[1])
return now
"""
)


def beat(user_id: UUID, at: datetime | None = None) -> datetime:
    """Stamp a user; returns the instant.

    :raises redis.exceptions.RedisError: Redis is out of reach.
    """
    return _instant(_BEAT.run([_key()], user_id.hex, _ms_or_nothing(at), clock.ahead_ms()))


async def abeat(user_id: UUID, at: datetime | None = None) -> datetime:
    """The same from a socket.

    :raises Unavailable: Redis is out of reach.
    """
    return _instant(await _BEAT.arun([_key()], user_id.hex, _ms_or_nothing(at), clock.ahead_ms()))


def fresh(user_ids: Collection[UUID], now: datetime) -> set[UUID]:
    """Those of ``user_ids`` who are here.

    :raises redis.exceptions.RedisError: Redis is out of reach.
    """
    return {
        user_id
        for user_id, seen in last_seen(user_ids).items()
        if now - seen <= timedelta(seconds=settings.PRESENCE_SECONDS)
    }


def all_fresh(now: datetime) -> set[UUID]:
    """Everybody who is here; also forgets who was last seen more than a day ago.

    :raises redis.exceptions.RedisError: Redis is out of reach.
    """
    now_ms = _ms(now)
    trip = redis.client().pipeline(transaction=False)
    trip.zremrangebyscore(_key(), "-inf", now_ms - KEPT_SECONDS * 1000)
    trip.zrangebyscore(_key(), now_ms - settings.PRESENCE_SECONDS * 1000, "+inf")
    _, members = trip.execute()
    return {UUID(member.decode()) for member in members}


def last_seen(user_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """When each was last here, for those who were within a day.

    :raises redis.exceptions.RedisError: Redis is out of reach.
    """
    ids = list(user_ids)
    if not ids:
        return {}
    stamps = redis.client().zmscore(_key(), [one.hex for one in ids])
    return {
        user_id: _instant(stamp)
        for user_id, stamp in zip(ids, stamps, strict=True)
        if stamp is not None
    }


def forget(user_id: UUID) -> None:
    """The user is gone at once (signed out, frozen).

    :raises redis.exceptions.RedisError: Redis is out of reach.
    """
    redis.client().zrem(_key(), user_id.hex)


def _ms(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(milliseconds=1)


def _ms_or_nothing(at: datetime | None) -> int | str:
    return "" if at is None else _ms(at)


def _instant(ms: float) -> datetime:
    return _EPOCH + timedelta(milliseconds=ms)


def _key() -> str:
    return redis.key("presence")
