"""What other apps announce and readings react to.

Money notices are acted on after the commit: the movement that announces them holds the locks
of pots, and here the order is the session's row first. The due sweep is the net beneath.
"""

from __future__ import annotations

import structlog
from django.db import transaction

from backend.accounts.announcements import AccountFrozen
from backend.core import clock
from backend.core.announcements import on
from backend.ledger.announcements import CheckoutOpened, WalletCredited, WalletSpent
from live.services import billing, endings, funds

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


@on(AccountFrozen)
def end_the_reading(fact: AccountFrozen) -> None:
    """A suspended person's reading ends in the same transaction.

    One that cannot be settled does not stand in the way: the sweep puts it aside.
    """
    try:
        with transaction.atomic():
            endings.end_all_of(user_id=fact.user_id, at=fact.at)
    except billing.REFUSALS:
        log.exception("reading_of_suspended_not_ended", user_id=str(fact.user_id))
