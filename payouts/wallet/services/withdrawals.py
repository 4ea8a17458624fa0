"""Unused money back to the cards it came from: the newest payment first, once a day.

The rows and the ledger come first, in one transaction; then every part is one refund of Stripe
(``refunds.send``), each with its own key, found again whatever happens in between.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction

from backend.accounts.models import User
from backend.core.errors import Forbidden
from backend.core.jobs import enqueue
from backend.core.templatetags.money import money
from backend.ledger import movements
from backend.ledger.errors import LedgerBroken
from backend.notifications.services import notify
from payouts.models import Withdrawal, WithdrawalHold, WithdrawalPart
from payouts.wallet import selectors, words
from payouts.wallet.errors import OneWithdrawalADay, WithdrawalKeyReused, WithdrawalsHeld

log = structlog.get_logger(__name__)
DAY: Final = timedelta(hours=24)
AFTER_A_CHANGE: Final = timedelta(hours=48)


@transaction.atomic
def request(*, client: User, key: str, cents: int, at: datetime) -> Withdrawal:
    """Set ``cents`` aside and say by which payments they go back; again gives the same one.

    Doors ask for a fresh sign-in. Self-exclusion is no hindrance: the money is theirs.
    :raises Forbidden: only clients in good standing.
    :raises WithdrawalKeyReused: the key stands for another amount.
    :raises WithdrawalsHeld: their e-mail changed in the last 48 hours.
    :raises OneWithdrawalADay: there was one in the last 24 hours.
    :raises InsufficientFunds: less than that may go back.
    """
    client = User.objects.select_for_update(no_key=True).get(pk=client.pk)
    known = Withdrawal.objects.filter(client=client, key=key).first()
    if known:
        if known.cents != cents:
            raise WithdrawalKeyReused("This key was used for another amount.")
        return known
    if not client.is_client or client.is_frozen:
        raise Forbidden("Only clients in good standing take money back.")
    _refuse_held(client, at)
    _refuse_second(client, at)
    withdrawal = Withdrawal(client=client, key=key, cents=cents, at=at)
    movements.withdraw(withdrawal_id=withdrawal.pk, client=client, cents=cents, at=at)
    shares = selectors.shares_of(client, cents, at=at)
    if sum(share.cents for share in shares) != cents:
        raise LedgerBroken("The payments hold less than the ledger says may go back.")
    withdrawal.save(force_insert=True)
    WithdrawalPart.objects.bulk_create(
        WithdrawalPart(
            withdrawal=withdrawal,
            n=n,
            payment_intent_id=share.payment_intent_id,
            card_label=share.card_label,
            cents=share.cents,
            state_since=at,
        )
        for n, share in enumerate(shares, start=1)
    )
    _tell(withdrawal, at)
    enqueue("payouts.tasks.send_withdrawals")
    log.info("withdrawal_requested", withdrawal_id=str(withdrawal.pk), cents=cents)
    return withdrawal


@transaction.atomic
def hold(*, client_id: UUID, at: datetime) -> None:
    """Let nothing of a client's go back for two days; a longer hold that is there stays.

    Under the client's lock, so that a withdrawal asked for meanwhile is before it or refused.
    """
    User.objects.select_for_update(no_key=True).get(pk=client_id)
    until = at + AFTER_A_CHANGE
    held, is_new = WithdrawalHold.objects.get_or_create(
        client_id=client_id, defaults={"until": until}
    )
    if not is_new and held.until < until:
        held.until = until
        held.save(update_fields=["until"])
    log.info("withdrawals_held", client_id=str(client_id), until=held.until.isoformat())


def _refuse_held(client: User, at: datetime) -> None:
    until = selectors.held_until(client, at=at)
    if until:
        raise WithdrawalsHeld(words.held(until), until=until.isoformat())


def _refuse_second(client: User, at: datetime) -> None:
    """One that came back whole does not count."""
    last = selectors.counted_withdrawals(client, since=at - DAY).order_by("-at").first()
    if last:
        raise OneWithdrawalADay(
            f"Money can be taken back once in 24 hours, again from {last.at + DAY:%H:%M} UTC.",
            next_at=(last.at + DAY).isoformat(),
        )


def _tell(withdrawal: Withdrawal, at: datetime) -> None:
    notify(
        user_id=withdrawal.client_id,
        kind="wallet",
        title=f"{money(withdrawal.cents)} goes back to your card",
        body="Banks take from 5 to 10 days. If this was not you, change your password now.",
        url="/wallet/withdraw/",
        at=at,
    )
