"""What other apps announce and readings react to.

Money notices are acted on after the commit: the movement that announces them holds the locks
of pots, and here the order is the session's row first. The due sweep is the net beneath.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction

from backend.accounts.announcements import (
    AccountFrozen,
    PutUnderReview,
    SelfExclusionBegan,
)
from backend.core import clock
from backend.core.announcements import on
from backend.ledger.announcements import (
    CheckoutOpened,
    ReadingRefunded,
    WalletCredited,
    WalletSpent,
)
from live.announcements import ReadingOver
from live.services import billing, endings, funds, make_good, refunds

log = structlog.get_logger(__name__)


@on(WalletCredited)
def resume_the_reading(fact: WalletCredited) -> None:
    """A top-up resumes a reading that paused for funds."""
    transaction.on_commit(lambda: funds.arrived(client_id=fact.client_id, at=fact.at), robust=True)


@on(WalletSpent)
def look_at_the_reading_again(fact: WalletSpent) -> None:
    """A gift shortens what a running reading can last: it is warned in time."""
    transaction.on_commit(lambda: funds.spent(client_id=fact.client_id, at=fact.at), robust=True)


@on(CheckoutOpened)
def wait_for_the_payment(fact: CheckoutOpened) -> None:
    """While the client pays, the pause may last longer."""
    transaction.on_commit(
        lambda: funds.coming(client_id=fact.client_id, until=fact.until, at=clock.now()),
        robust=True,
    )


@on(ReadingRefunded)
def show_what_came_back(fact: ReadingRefunded) -> None:
    """The reading's own row, in the transaction of the refund: receipts and lists show it."""
    refunds.note(session_id=fact.session_id, cents=fact.cents, split_cents=fact.split_cents)


@on(ReadingOver)
def look_at_it_soon(fact: ReadingOver) -> None:
    """A reading that is over is due to be looked at: did a fault spoil minutes of it?"""
    make_good.expect(session_id=fact.session_id, at=fact.at)


@on(AccountFrozen)
def end_the_reading(fact: AccountFrozen) -> None:
    """A suspended person's reading ends in the same transaction."""
    _end_all_of(fact.user_id, fact.at)


@on(PutUnderReview)
def end_the_reading_of_a_stopped(fact: PutUnderReview) -> None:
    """So does that of somebody whose money is stopped, before what is left of it is frozen."""
    _end_all_of(fact.user_id, fact.at)


def _end_all_of(user_id: UUID, at: datetime) -> None:
    """One that cannot be settled does not stand in the way: the sweep puts it aside."""
    try:
        with transaction.atomic():
            endings.end_all_of(user_id=user_id, at=at)
    except billing.REFUSALS:
        log.exception("reading_of_suspended_not_ended", user_id=str(user_id))


@on(SelfExclusionBegan)
def leave_the_reading(fact: SelfExclusionBegan) -> None:
    """Whoever wants to spend nothing leaves their reading: used time is paid, the rest comes back.

    One that cannot be settled does not stand in the way: it holds no more than its quota.
    """
    try:
        with transaction.atomic():
            endings.leave_all_of(client_id=fact.user_id, at=fact.at)
    except billing.REFUSALS:
        log.exception("reading_of_excluded_not_ended", user_id=str(fact.user_id))
