"""What becomes of a live room, from what was seen of it. Pure: no query, no clock, no settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from live.ports import RoomStats
from live.stream_states import HostIs

READING_SLACK: Final = timedelta(minutes=15)
"""How long after a reading's latest end its host may still be away."""


@dataclass(frozen=True)
class Room:
    """A live stream's row, as far as this matters."""

    id: UUID
    host_id: UUID
    version: int
    host_is: str
    back_at: datetime | None
    viewers: int


@dataclass(frozen=True)
class Sight:
    """What was seen of a room.

    ``stats``: what the engine says, None when it runs no such room. ``is_engine_known``: false
    when the engine did not answer, so that nothing may be concluded from its silence.
    ``present``: people at the room's sockets beside the host. ``host_beats``: the host's page is
    there. ``reading_until``: the host is in a reading, which ends then at the latest.
    """

    stats: RoomStats | None
    is_engine_known: bool
    present: int
    host_beats: bool
    reading_until: datetime | None = None


@dataclass(frozen=True)
class Decision:
    """What the room should be."""

    viewers: int
    host_is: str
    back_at: datetime | None
    is_over: bool = False


def decide(room: Room, sight: Sight, *, gone: timedelta, at: datetime) -> Decision:
    """Count the viewers; see where the host is; end the stream of one who is gone too long.

    ``gone``: how long a room waits for its host's picture.
    """
    viewers = _viewers(sight)
    on_air = _on_air(sight)
    if sight.reading_until is not None:
        until = room.back_at if room.host_is == HostIs.IN_READING else None
        back_at = until or sight.reading_until
        is_over = on_air is False and at >= back_at + READING_SLACK
        return Decision(viewers, HostIs.IN_READING, back_at, is_over)
    if on_air is None:
        return Decision(viewers, room.host_is, room.back_at)
    if on_air:
        return Decision(viewers, HostIs.ON_AIR, None)
    back_at = _back_at(room, sight, gone, at)
    return Decision(viewers, HostIs.AWAY, back_at, is_over=at >= back_at)


def _viewers(sight: Sight) -> int:
    counted = sight.stats.viewers if sight.stats else None
    return sight.present if counted is None else counted


def _on_air(sight: Sight) -> bool | None:
    """Whether the host's picture comes; None when nobody can tell."""
    if not sight.is_engine_known:
        return None
    if sight.stats is None:
        return False
    if sight.stats.host_on_air is None:
        return sight.host_beats
    return sight.stats.host_on_air


def _back_at(room: Room, sight: Sight, gone: timedelta, at: datetime) -> datetime:
    """Until when the room waits: counted anew only when the host was there before."""
    if room.host_is == HostIs.AWAY and room.back_at is not None:
        return room.back_at
    since = sight.stats.host_gone_since if sight.stats else None
    # While a reading ran nobody waited, however long the picture has been away.
    if since is None or room.host_is == HostIs.IN_READING:
        since = at
    return min(since, at) + gone
