"""What readings and live rooms tell the other apps (see ``backend.core.announcements``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend.core.announcements import Announcement


@dataclass(frozen=True)
class ReadingBegan(Announcement):
    """A reader took a ring: they are occupied, ``until`` at the latest."""

    session_id: UUID
    client_id: UUID
    reader_id: UUID
    at: datetime
    until: datetime


@dataclass(frozen=True)
class ReadingOver(Announcement):
    """A reading that had been taken is over, whatever became of it."""

    session_id: UUID
    reader_id: UUID
    at: datetime


@dataclass(frozen=True)
class StreamWentLive(Announcement):
    """A reader went live in a room that everybody may know of."""

    stream_id: UUID
    host_id: UUID
    at: datetime
