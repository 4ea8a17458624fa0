"""Who watches, and whether the host is there: one look at all live rooms every five seconds.

Read set, pure decision (``sightings``), write set. The engine and Redis are asked before and
outside of any transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from redis.exceptions import RedisError

from backend.core import redis
from backend.core.errors import IllegalMove
from backend.realtime import events, rooms, rosters
from backend.realtime.publish import publish_all
from live.models import ReadingSession, Stream
from live.ports import RoomStats
from live.states import State
from live.stream_states import EndReason, HostIs, StreamRole, StreamState
from live.streams import carriage
from live.streams.services import expulsions, streams
from live.streams.sightings import Decision, Room, Sight, decide

log = structlog.get_logger(__name__)
BATCH: Final = 500
HOST_BEAT_SECONDS: Final = 12
ENDED_LOOKED_AT: Final = timedelta(hours=1)
_COLUMNS: Final = ("id", "host_id", "version", "host_is", "back_at", "viewers_now")
_IN_A_READING: Final = (State.CONNECTING, State.ACTIVE, State.PAUSED)
_COUNT: Final = """
UPDATE live_stream s
SET viewers_now = v.viewers, viewers_peak = greatest(s.viewers_peak, v.viewers)
FROM unnest(%s::uuid[], %s::int[]) AS v(id, viewers)
WHERE s.id = v.id AND s.state = 'live' AND s.viewers_now <> v.viewers
RETURNING s.id, s.viewers_now
"""


def sweep(*, at: datetime) -> int:
    """Look at every live room, and close again what should be closed; how many were looked at."""
    live = Stream.objects.filter(state=StreamState.LIVE).order_by("id")
    seen = [Room(*row) for row in live.values_list(*_COLUMNS)]
    for start in range(0, len(seen), BATCH):
        _look(seen[start : start + BATCH], at)
    _close_again(at)
    expulsions.enforce_due(at=at)
    return len(seen)


def look_at(*, host_id: UUID, at: datetime) -> None:
    """Look at the room that a host is live in, if any."""
    live = Stream.objects.filter(host=host_id, state=StreamState.LIVE)
    _look([Room(*row) for row in live.values_list(*_COLUMNS)], at)


def begin_reading(*, host_id: UUID, until: datetime, at: datetime) -> None:
    """A host who is live took a ring: the room hears until when, at the latest."""
    live = Stream.objects.filter(host=host_id, state=StreamState.LIVE)
    for row in live.values_list(*_COLUMNS):
        room = Room(*row)
        _move_host(room, Decision(room.viewers, HostIs.IN_READING, until), at)


def host_key(stream_id: UUID) -> str:
    """Where the beat of a host's page stands, for ``HOST_BEAT_SECONDS``."""
    return redis.key("stream-host", stream_id.hex)


def latest_end(accepted_at: datetime) -> datetime:
    """When a reading is over at the latest, pauses aside."""
    longest = settings.CONNECT_SECONDS + settings.MAX_READING_SECONDS
    return accepted_at + timedelta(seconds=longest)


def _look(seen: Sequence[Room], at: datetime) -> None:
    if not seen:
        return
    try:
        sights = _sights(seen)
    except RedisError:
        log.warning("rooms_not_seen", rooms=len(seen))
        return
    gone = timedelta(seconds=settings.HOST_GONE_SECONDS)
    decided = [(room, decide(room, sights[room.id], gone=gone, at=at)) for room in seen]
    _count(decided)
    for room, decision in decided:
        if decision.is_over:
            _end(room, at)
        elif (decision.host_is, decision.back_at) != (room.host_is, room.back_at):
            _move_host(room, decision, at)


def _sights(seen: Sequence[Room]) -> dict[UUID, Sight]:
    """What is to be seen of these rooms now.

    :raises RedisError: Redis is out of reach.
    """
    stats = _stats([room.id for room in seen])
    seats = rosters.count([f"streams/{room.id}" for room in seen], StreamRole.HOST.value)
    beats = redis.client().mget([host_key(room.id) for room in seen])
    readings = _readings_of([room.host_id for room in seen])
    return {
        room.id: Sight(
            stats=stats.get(room.id) if stats is not None else None,
            is_engine_known=stats is not None,
            present=seats[f"streams/{room.id}"].others,
            host_beats=beat is not None,
            reading_until=readings.get(room.host_id),
        )
        for room, beat in zip(seen, beats, strict=True)
    }


def _stats(stream_ids: Sequence[UUID]) -> dict[UUID, RoomStats] | None:
    """What the engine says of these rooms; None when it does not answer."""
    try:
        return carriage.engine().stats(stream_ids=stream_ids)
    except carriage.FAILURES:
        log.warning("engine_not_seen", rooms=len(stream_ids))
        return None


def _readings_of(host_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """Hosts who are in a reading, and when it ends at the latest."""
    taken = ReadingSession.objects.filter(reader__in=list(host_ids), state__in=_IN_A_READING)
    rows = taken.values_list("reader", "accepted_at")
    return {reader: latest_end(since) for reader, since in rows if since is not None}


def _count(decided: Sequence[tuple[Room, Decision]]) -> None:
    """Write the counts that changed, in one statement, and tell those rooms."""
    changed = [(r.id, d.viewers) for r, d in decided if d.viewers != r.viewers and not d.is_over]
    if not changed:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_COUNT, [list(column) for column in zip(*changed, strict=True)])
        publish_all(
            [
                (events.ViewerCount(viewers=viewers), rooms.stream(stream_id), None)
                for stream_id, viewers in cursor.fetchall()
            ]
        )


@transaction.atomic
def _move_host(room: Room, decision: Decision, at: datetime) -> None:
    """Where the host is, unless something else happened to the stream since it was read."""
    unchanged = Stream.objects.filter(id=room.id, state=StreamState.LIVE, version=room.version)
    if unchanged.update(
        host_is=decision.host_is, back_at=decision.back_at, version=F("version") + 1
    ):
        streams.tell_state(Stream.objects.get(id=room.id), at)


def _end(room: Room, at: datetime) -> None:
    try:
        streams.end(stream_id=room.id, reason=EndReason.HOST_GONE, at=at, seen_version=room.version)
    except IllegalMove:
        log.info("stream_changed_meanwhile", stream_id=str(room.id))


def _close_again(at: datetime) -> None:
    """An engine that did not hear of an end carries on; tell it until its room is gone."""
    over = Stream.objects.filter(state=StreamState.ENDED, ended_at__gt=at - ENDED_LOOKED_AT)
    ids = list(over.order_by("-ended_at").values_list("id", flat=True)[:BATCH])
    for stream_id, room in (_stats(ids) or {}).items() if ids else ():
        if room.viewers is not None:
            carriage.close(stream_id)
