"""What readers announce to the apps above."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend.core.announcements import Announcement


@dataclass(frozen=True)
class ReaderCameOnline(Announcement):
    """A reader became available after having been away."""

    reader_id: UUID
    at: datetime
