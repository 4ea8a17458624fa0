"""What processes tell each other; never heard by a browser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from backend.realtime.events.base import Event


@dataclass(frozen=True)
class MeterMoved(Event):
    """To the sockets of a session's room: what the meter counts from, as of ``version``.

    Published with every change of the session's row, so that a heartbeat can be answered
    without a query (``snapshot.py`` keeps the newest). ``billed_s`` are the seconds of closed
    segments; ``segment_start`` is when the running one began; ``funded_s`` is how many seconds
    the client can pay for in all, cap and maximum included.
    """

    type: ClassVar[str] = "meter-moved"
    inward: ClassVar[bool] = True
    session_id: UUID
    version: int
    kind: str
    state: str
    pause: str | None
    billed_s: int
    segment_start: datetime | None
    rate_cents: int
    increment_s: int
    free_s: int
    split_bps: int
    funded_s: int
    deadline_at: datetime | None


@dataclass(frozen=True)
class SocketsClosed(Event):
    """To every process: close the sockets of one user with ``code``.

    With ``room``, only those in it that are older than connection ``keep`` (its number says when
    it came): the takeover by a newer device.
    """

    type: ClassVar[str] = "sockets-closed"
    inward: ClassVar[bool] = True
    user_id: UUID
    code: int
    room: str | None = None
    newest: int | None = None


@dataclass(frozen=True)
class Echo(Event):
    """To whoever asks whether the bus works: inward, in a room of its own."""

    type: ClassVar[str] = "echo"
    inward: ClassVar[bool] = True
