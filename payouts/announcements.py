"""What payments tell the other apps (see ``backend.core.announcements``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend.core.announcements import Announcement


@dataclass(frozen=True)
class DisputeOpened(Announcement):
    """A client opened a case about a reading; its earnings are frozen."""

    dispute_id: UUID
    session_id: UUID
    at: datetime


@dataclass(frozen=True)
class StatementAdded(Announcement):
    """One side of a case said something while it is open."""

    dispute_id: UUID
    statement_id: UUID
    at: datetime


@dataclass(frozen=True)
class DisputeDecided(Announcement):
    """Decision ``n`` of a case is taken; ``cents`` went back to the client."""

    dispute_id: UUID
    session_id: UUID
    n: int
    outcome: str
    cents: int
    at: datetime


@dataclass(frozen=True)
class DisputeAppealed(Announcement):
    """One side (``client`` or ``reader``) does not accept the first decision."""

    dispute_id: UUID
    session_id: UUID
    side: str
    at: datetime
