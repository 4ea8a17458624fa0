"""Telling a room who gave most: at most once a second, and never not at all.

Whoever comes too soon after the last time leaves the stream's name; the next gift or the sweep
tells it. What is told is asked from the rows at that moment, so late is never wrong.
"""

from __future__ import annotations

from typing import Final, cast
from uuid import UUID

import structlog
from redis.exceptions import RedisError

from backend.core import redis
from backend.realtime import rooms
from backend.realtime.publish import publish
from live.models import Stream
from live.streams import gift_selectors

log = structlog.get_logger(__name__)
EVERY_MS: Final = 1_000
BATCH: Final = 200


def changed(stream_id: UUID) -> None:
    """Somebody gave: tell the room now, or soon. To be called after the commit."""
    try:
        store = redis.client()
        if not store.set(redis.key("board-told", stream_id), 1, nx=True, px=EVERY_MS):
            store.sadd(_late(), str(stream_id))
            return
        store.srem(_late(), str(stream_id))
    except RedisError:
        log.warning("leaderboard_not_told", stream_id=str(stream_id))
        return
    _tell([stream_id])


def tell_due() -> int:
    """Tell what was put off; of how many rooms. For the sweep."""
    try:
        names = cast("list[bytes]", redis.client().spop(_late(), BATCH))
    except RedisError:
        return 0
    _tell([UUID(name.decode()) for name in names])
    return len(names)


def _tell(stream_ids: list[UUID]) -> None:
    for stream in Stream.objects.filter(id__in=stream_ids):
        publish(gift_selectors.board(stream), to=rooms.stream(stream.id))


def _late() -> str:
    return redis.key("boards-late")
