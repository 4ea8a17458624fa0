"""The house at one glance: what runs, what it earns, what waits, and whether the books hold.

Every figure comes from its own app and is asked with a bounded query, so that the page is as
quick with a million movements as with ten.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.urls import reverse

from admin_portal import reviewing
from backend.core import health
from backend.inbox import selectors as inbox
from backend.ledger import figures
from backend.ledger import selectors as ledger
from live import staff_selectors as live
from payouts import staff_selectors as payouts
from readers import selectors as readers

DAYS: Final = 30


@dataclass(frozen=True)
class Money:
    """The last 30 days together. ``refunds_bps``: of the volume, how much went back."""

    volume_cents: int
    take_cents: int
    refunds_cents: int
    refunds_bps: int
    top_ups_cents: int
    payouts_cents: int


@dataclass(frozen=True)
class Queues:
    """How far the workers are behind. ``heartbeat_s`` is None when no worker was seen."""

    waiting: dict[str, int]
    heartbeat_s: int | None
    billing_late_s: int
    failed_webhooks: int

    @property
    def is_late(self) -> bool:
        silent = self.heartbeat_s is None or self.heartbeat_s > health.WORKER_SILENT_SECONDS
        return silent or self.billing_late_s > health.WORKER_SILENT_SECONDS


@dataclass(frozen=True)
class Waiting:
    """What waits for somebody of staff. ``due_at``: the nearest of their deadlines, if they have
    one.
    """

    name: str
    url: str
    count: int
    due_at: datetime | None = None
    is_overdue: bool = False


@dataclass(frozen=True)
class Today:
    """All of it, as the page and the API show it."""

    at: datetime
    now: live.Now
    readers_online: int
    money: Money
    days: list[figures.Day]
    payable: figures.Payable
    proof: figures.Proof
    queues: Queues
    waiting: list[Waiting]


def look(*, at: datetime) -> Today:
    """Ask everything once."""
    days = figures.by_day(days=DAYS, at=at)
    return Today(
        at=at,
        now=live.now(),
        readers_online=len(readers.fresh_ids(at)),
        money=_money(days),
        days=days,
        payable=figures.payable(at_least_cents=settings.PAYOUT_MIN_CENTS),
        proof=figures.proof(),
        queues=_queues(at),
        waiting=[found for found in (_ask(*each, at) for each in _WAITING) if found.count],
    )


def _money(days: list[figures.Day]) -> Money:
    volume, refunds = sum(d.volume_cents for d in days), sum(d.refunds_cents for d in days)
    return Money(
        volume_cents=volume,
        take_cents=sum(day.take_cents for day in days),
        refunds_cents=refunds,
        refunds_bps=refunds * 10_000 // volume if volume else 0,
        top_ups_cents=sum(day.top_ups_cents for day in days),
        payouts_cents=sum(day.payouts_cents for day in days),
    )


def _queues(at: datetime) -> Queues:
    return Queues(
        waiting=health.queue_lengths(),
        heartbeat_s=health.worker_silent_for(),
        billing_late_s=live.late_seconds(at),
        failed_webhooks=inbox.dead_letters().count(),
    )


_Asked = Callable[[], tuple[int, datetime | None]]
_WAITING: Final[tuple[tuple[str, str, _Asked], ...]] = (
    ("Disputes to decide", "admin_portal:disputes", payouts.disputes_waiting),
    ("Bank disputes to answer", "admin_portal:chargebacks", payouts.chargebacks_waiting),
    ("Reports to decide", "admin_portal:reports", lambda: (reviewing.waiting(), None)),
    ("Flags to decide", "admin_portal:flags", lambda: (ledger.open_flags(), None)),
    ("Failed webhooks", "admin_portal:webhooks", lambda: (inbox.dead_letters().count(), None)),
    ("Money that does not fit", "admin:payouts_reconissue_changelist", payouts.issues_waiting),
)


def _ask(name: str, url: str, asked: _Asked, at: datetime) -> Waiting:
    count, due_at = asked()
    overdue = due_at is not None and due_at < at
    return Waiting(name, reverse(url), count, due_at, overdue)
