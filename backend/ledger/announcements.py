"""What the ledger lets others react to, in the transaction of the movement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend.core.announcements import Announcement


@dataclass(frozen=True)
class WalletCredited(Announcement):
    """A client can spend more than a moment ago."""

    client_id: UUID
    at: datetime


@dataclass(frozen=True)
class WalletSpent(Announcement):
    """A client can spend less than a moment ago, and not because of a reading."""

    client_id: UUID
    at: datetime


@dataclass(frozen=True)
class WalletsDrawn(Announcement):
    """Readings hold more of these wallets than a moment ago: one announcement for a batch."""

    client_ids: frozenset[UUID]
    at: datetime


@dataclass(frozen=True)
class CheckoutOpened(Announcement):
    """A client is paying on a hosted page, which stays open until ``until``."""

    client_id: UUID
    until: datetime


@dataclass(frozen=True)
class ReadingRefunded(Announcement):
    """``cents`` of a reading came back to its client, ``split_cents`` of them from both shares."""

    session_id: UUID
    cents: int
    split_cents: int
    at: datetime
