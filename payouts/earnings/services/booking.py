"""What Stripe says of transfers, brought into the books: sent (movement 10), taken back (12).

Every road ends here: the answer to our own call, the look for a lost one, the webhook.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction

from backend.accounts.models import User
from backend.core import engines, ids
from backend.ledger import movements
from backend.notifications.services import notify
from payouts.earnings import words
from payouts.earnings.services import adopting, holds
from payouts.models import Payout
from payouts.payout_states import PayoutState
from payouts.ports import PayoutRail, Transfer
from payouts.services import issues
from payouts.services.convergence import is_live
from payouts.words import money

log = structlog.get_logger(__name__)


def ask_transfer(transfer_id: str) -> Transfer:
    """The transfer as Stripe has it now. Not in a transaction.

    :raises RailUnknown: Stripe does not know it.
    :raises RailUnreachable: try again.
    """
    rail: PayoutRail = engines.load("payout_rail")
    return rail.transfer(transfer_id)


@transaction.atomic
def apply(*, transfer: Transfer, at: datetime) -> bool:
    """Bring the payout of a transfer to it; False when it is not one of ours.

    The row of one that a restored database has lost is written again.
    """
    named = Payout.objects.filter(transfer_id=transfer.id).values_list("id", flat=True).first()
    payout_id = named or ids.parsed(transfer.payout_id)
    if payout_id is None:
        return False
    if not Payout.objects.filter(pk=payout_id).exists():
        if _is_strange(transfer):
            return False
        found = adopting.adopt(payout_id=payout_id, transfer=transfer, at=at)
        if found is None:
            return True
        payout_id = found.pk
    book(payout_id=payout_id, transfer=transfer, at=at)
    return True


def _is_strange(transfer: Transfer) -> bool:
    """Whether it is of a world that our books are not about."""
    return transfer.livemode != is_live() or transfer.currency != settings.CURRENCY.lower()


@transaction.atomic
def book(*, payout_id: UUID, transfer: Transfer, at: datetime) -> Payout:
    """Record that this transfer carries this payout, and what of it came back since.

    What does not fit is told to staff and changes nothing.
    """
    payout = Payout.objects.select_for_update().get(pk=payout_id)
    if payout.state in adopting.FORGETFUL and not _is_strange(transfer):
        reader = User.objects.get(pk=payout.reader_id)
        payout = adopting.carry(payout, reader=reader, transfer=transfer, at=at)
    wrong = _what_is_wrong(payout, transfer)
    if wrong:
        issues.raise_once(
            kind="payout_mismatch",
            external_id=transfer.id,
            text=f"Transfer {transfer.id} names payout {payout.pk}: {wrong}.",
            at=at,
        )
        return payout
    if payout.state == PayoutState.STARTED:
        _sent(payout, transfer, at)
    if transfer.reversed_cents > payout.reversed_cents:
        _taken_back(payout, transfer, at)
    return payout


def _what_is_wrong(payout: Payout, transfer: Transfer) -> str:
    """Why this transfer cannot be the one of this payout; empty when it is."""
    if transfer.livemode != is_live():
        return "the other mode"
    if payout.transfer_id not in (None, transfer.id):
        return f"it was sent by {payout.transfer_id} already"
    if payout.transfer_id is None and payout.state != PayoutState.STARTED:
        return f"it is {payout.get_state_display().lower()}, not on its way"
    if transfer.currency != payout.currency.lower() or transfer.amount_cents != payout.amount_cents:
        return f"{transfer.amount_cents} {transfer.currency} instead of {payout.amount_cents}"
    if transfer.destination != payout.destination:
        return f"it went to {transfer.destination}"
    return ""


def _sent(payout: Payout, transfer: Transfer, at: datetime) -> None:
    movements.book_transfer(
        payout_id=payout.pk, transfer_id=transfer.id, cents=transfer.amount_cents, at=at
    )
    payout.transfer_id, payout.sent_at, payout.due_at = transfer.id, at, None
    payout.state, payout.state_since = PayoutState.SENT, at
    payout.save()
    log.info("payout_sent", payout_id=str(payout.pk), transfer_id=transfer.id)
    notify(
        user_id=payout.reader_id,
        kind="payout",
        title=f"{money(payout.amount_cents)} is on its way to you",
        body="It is in your Stripe account now and goes on to your bank from there.",
        url="/earnings/",
        at=at,
    )


def _taken_back(payout: Payout, transfer: Transfer, at: datetime) -> None:
    """Somebody reversed it outside: the money is payable again, and waits for staff."""
    for reversal in transfer.reversals:
        movements.reverse_transfer(
            payout_id=payout.pk, reversal_id=reversal.id, cents=reversal.amount_cents, at=at
        )
    payout.reversed_cents = transfer.reversed_cents
    if payout.reversed_cents == payout.amount_cents:
        payout.state, payout.state_since = PayoutState.REVERSED, at
    payout.save()
    back = money(payout.reversed_cents)
    holds.stop(reader_id=payout.reader_id, reason=f"{back} of {transfer.id} were taken back", at=at)
    issues.raise_once(
        kind="payout_reversed",
        external_id=transfer.reversals[-1].id,
        text=f"{back} of payout {payout.pk} came back, not by us. The reader's payouts wait.",
        at=at,
    )
    notify(
        user_id=payout.reader_id,
        kind="payout",
        title=f"{back} of a payout came back to us",
        body=words.explain(words.Why.STOPPED),
        url="/earnings/",
        at=at,
    )
