"""What a user hears on every open page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from backend.realtime.events.base import Event, absent


@dataclass(frozen=True)
class Snapshot(Event):
    """To a page that has just connected: who it is, what runs, what waits."""

    type: ClassVar[str] = "snapshot"
    user: Mapping[str, Any]
    active_session: Mapping[str, Any] | None
    unread: int
    status: Mapping[str, Any] | None = absent()


@dataclass(frozen=True)
class Pong(Event):
    """To the page whose heartbeat it answers."""

    type: ClassVar[str] = "pong"
    server_time: datetime


@dataclass(frozen=True)
class IncomingRequest(Event):
    """To the reader: a client asks for a reading; it rings until ``expires_at``."""

    type: ClassVar[str] = "incoming-request"
    session_id: UUID
    client_name: str
    kind: str
    rate_per_minute_cents: int
    cap_cents: int | None
    question: str
    past_readings: int
    expires_at: datetime


@dataclass(frozen=True)
class RequestAccepted(Event):
    """To the client: the reader accepted; the room is at ``url``."""

    type: ClassVar[str] = "request-accepted"
    session_id: UUID
    url: str


@dataclass(frozen=True)
class RequestDeclined(Event):
    """To the client: the reader declined."""

    type: ClassVar[str] = "request-declined"
    session_id: UUID
    reason: str


@dataclass(frozen=True)
class RequestMissed(Event):
    """To both: nobody answered in time."""

    type: ClassVar[str] = "request-missed"
    session_id: UUID
    reason: str


@dataclass(frozen=True)
class RequestCancelled(Event):
    """To the reader: the client took the request back."""

    type: ClassVar[str] = "request-cancelled"
    session_id: UUID
    reason: str


@dataclass(frozen=True)
class ReadingMoved(Event):
    """To both, on every page: their reading changed its state (the way back to the room)."""

    type: ClassVar[str] = "reading-moved"
    session_id: UUID
    state: str
    url: str


@dataclass(frozen=True)
class ReaderStatus(Event):
    """To everybody: a reader is now online (for ``kinds``), busy or offline."""

    type: ClassVar[str] = "reader-status"
    reader_id: UUID
    status: str
    kinds: Sequence[str]


@dataclass(frozen=True)
class Status(Event):
    """To the reader: their own status changed, and why."""

    type: ClassVar[str] = "status"
    status: str
    reason: str | None


@dataclass(frozen=True)
class Notification(Event):
    """To one user, on every page: something happened that has a row of its own."""

    type: ClassVar[str] = "notification"
    id: UUID
    kind: str
    title: str
    body: str
    url: str
