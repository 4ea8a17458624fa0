"""Our balance at Stripe against our books: each movement of it, and the sum."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Final, NamedTuple

import structlog
from django.conf import settings

from backend.core import engines
from backend.ledger import bookings
from payouts.ports import BalanceTransaction, PlatformBalance
from payouts.services import issues
from payouts.services.reconciliation import matching, watermarks
from payouts.services.reconciliation.matching import Verdict

log = structlog.get_logger(__name__)
OFTEN: Final = timedelta(hours=1)  # how far the ten-minute look reaches back
BATCH: Final = 100
TRIES_TO_AGREE: Final = 8


class Look(NamedTuple):
    """How many transactions did not fit, and those that wait for what we book ourselves."""

    strange: int
    waiting: list[BalanceTransaction]


def check_balance(*, at: datetime) -> int:
    """Book each new movement of our balance at Stripe; how many did not fit.

    :raises ChargerUnreachable: Stripe did not answer; the watermark stays.
    """
    return _look(at, overlap=OFTEN).strange


def check_balance_again(*, at: datetime) -> int:
    """The same, but two days back: what was changed or told late is found.

    :raises ChargerUnreachable: Stripe did not answer; the watermark stays.
    """
    return _look(at, overlap=watermarks.OVERLAP).strange


def agree(*, at: datetime) -> int:
    """Compare what Stripe's balance holds with what our books say; 1 when they differ.

    Both go on moving while they are read. So people are called only when neither sum has moved
    since the last look and they still differ; a balance that never stands still is looked at in
    the next night.
    :raises ChargerUnreachable: Stripe did not answer.
    """
    seen: tuple[int, int] | None = None
    for _ in range(TRIES_TO_AGREE):
        waiting = sum(one.net_cents for one in _look(at, overlap=OFTEN).waiting)
        keeper: PlatformBalance = engines.load("platform_balance")
        total, ours = keeper.total_cents(settings.CURRENCY), bookings.stripe_cents()
        theirs = total - waiting
        if theirs == ours:
            return 0
        if seen == (total, ours):
            issues.raise_once(
                kind="balance_sum",
                external_id=f"{at:%Y-%m-%d}",
                text=f"Stripe's balance holds {theirs} cents and our books say {ours}.",
                at=at,
            )
            return 1
        seen = total, ours
    log.warning("balance_never_still", tries=TRIES_TO_AGREE)
    return 0


def _look(at: datetime, *, overlap: timedelta) -> Look:
    keeper: PlatformBalance = engines.load("platform_balance")
    strange, waiting = 0, []
    moved = keeper.transactions_since(watermarks.since("balance", at, overlap=overlap))
    while some := list(islice(moved, BATCH)):
        for transaction, verdict in _judged(some, at):
            strange += verdict is Verdict.STRANGE
            if verdict is Verdict.WAITS:
                waiting.append(transaction)
    # What waits is read again, however long it takes.
    watermarks.move("balance", min([at, *(one.at for one in waiting)]))
    return Look(strange, waiting)


def _judged(
    transactions: list[BalanceTransaction], at: datetime
) -> Iterator[tuple[BalanceTransaction, Verdict]]:
    known = bookings.booked_transactions(one.id for one in transactions)
    for transaction in transactions:
        cents = known.get(transaction.id)
        if cents is None:
            yield transaction, matching.book(transaction, at=at)
        elif cents not in (abs(transaction.cents), abs(transaction.net_cents)):
            yield transaction, _other_amount(transaction, cents, at)


def _other_amount(transaction: BalanceTransaction, cents: int, at: datetime) -> Verdict:
    issues.raise_once(
        kind="balance_amount",
        external_id=transaction.id,
        text=f"{transaction.id} is booked with {cents} cents; Stripe has {transaction.cents}.",
        at=at,
    )
    return Verdict.STRANGE
