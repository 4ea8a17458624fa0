"""The life of a stream, who may come in, and where its host is. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from django.db import models


class StreamState(models.TextChoices):
    """Where a stream is. A draft that was never announced is scheduled without a time."""

    SCHEDULED = "scheduled", "Scheduled"
    LIVE = "live", "Live"
    ENDED = "ended", "Ended"
    CANCELLED = "cancelled", "Cancelled"


class Access(models.TextChoices):
    """Who may watch."""

    PUBLIC = "public", "Public"
    PREMIUM = "premium", "Premium"
    PRIVATE = "private", "Private"


class HostIs(models.TextChoices):
    """Where the host of a live stream is."""

    ON_AIR = "on_air", "On air"
    AWAY = "away", "Reconnecting"
    IN_READING = "in_reading", "In a reading"


class EndReason(models.TextChoices):
    """Why a stream is over."""

    HOST = "host", "Ended by the host"
    HOST_GONE = "host_gone", "The host's connection did not come back"
    ADMIN = "admin", "Ended by our team"
    FROZEN = "frozen", "The host's account was suspended"


class StreamRole(StrEnum):
    """What somebody is in a live room."""

    HOST = "host"
    MODERATOR = "moderator"
    VIEWER = "viewer"


_S = StreamState

# The whole life of a stream. Read a line as "from this state, to one of these".
MOVES: Final[dict[StreamState, frozenset[StreamState]]] = {
    _S.SCHEDULED: frozenset({_S.LIVE, _S.CANCELLED}),
    _S.LIVE: frozenset({_S.ENDED}),
    _S.ENDED: frozenset(),
    _S.CANCELLED: frozenset(),
}


def sources(to: StreamState) -> list[StreamState]:
    """The states that lead to ``to``."""
    return [state for state, targets in MOVES.items() if to in targets]
