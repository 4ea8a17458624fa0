"""What accounts tell the other apps (see ``backend.core.announcements``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend.core.announcements import Announcement


@dataclass(frozen=True)
class AccountFrozen(Announcement):
    """An admin froze an account: whatever it has running must end, without a charge beyond now."""

    user_id: UUID
    at: datetime


@dataclass(frozen=True)
class PersonReported(Announcement):
    """Somebody told our team of a person: staff have to look. By whom is not said here."""

    name: str
    reason: str
    words: str
    at: datetime


@dataclass(frozen=True)
class PutUnderReview(Announcement):
    """A person may not move money until staff has looked: what they have running must end."""

    user_id: UUID
    at: datetime


@dataclass(frozen=True)
class SessionsRevoked(Announcement):
    """Every sign-in of a user was ended: open sockets close with 4401."""

    user_id: UUID


@dataclass(frozen=True)
class ReaderCreated(Announcement):
    """An admin made a reader: whoever keeps reader profiles makes an empty one."""

    user_id: UUID
    display_name: str
    at: datetime


@dataclass(frozen=True)
class PersonBlocked(Announcement):
    """One person wants nothing to do with another: what they share ends."""

    blocker_id: UUID
    blocked_id: UUID
    at: datetime


@dataclass(frozen=True)
class EmailChanged(Announcement):
    """A person signs in by another address now: money that leaves waits, the person is told."""

    user_id: UUID
    at: datetime


@dataclass(frozen=True)
class ExportReady(Announcement):
    """The archive that a person asked for can be fetched until ``until``."""

    user_id: UUID
    at: datetime
    until: datetime


@dataclass(frozen=True)
class ExportFailed(Announcement):
    """The archive that a person asked for could not be made."""

    user_id: UUID
    at: datetime


@dataclass(frozen=True)
class ErasureAsked(Announcement):
    """A person wants to be forgotten at ``due_at`` and can take it back until then."""

    user_id: UUID
    at: datetime
    due_at: datetime


@dataclass(frozen=True)
class ErasureHeldUp(Announcement):
    """The time to forget a person had come, but something is open again: ``words`` say what."""

    user_id: UUID
    at: datetime
    words: str
    url: str


@dataclass(frozen=True)
class SelfExclusionBegan(Announcement):
    """A person shut themselves out from spending: what they have running that costs ends.

    ``until`` is None when it is for good.
    """

    user_id: UUID
    until: datetime | None
    at: datetime
