"""One balance transaction of Stripe, one movement of ours: which one, and when it has to wait.

Charges, refunds, transfers and their returns settle what we had booked before (movement 2);
disputes withhold and reinstate (15b, 16); payouts and top-ups go between our bank and Stripe
(23); everything else is booked as not understood (24).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings

from backend.core.errors import Conflict, Unavailable
from backend.inbox import services as inbox
from backend.ledger import bookings, movements
from backend.ledger.movements import BalanceLine
from payouts.errors import NotThere
from payouts.models import Chargeback, TopUp
from payouts.ports import BalanceTransaction
from payouts.services import convergence, issues, lost
from payouts.services.reconciliation.unfinished import raise_conflict

log = structlog.get_logger(__name__)
# What we caused ourselves is booked within minutes: by the job, by the webhook, by the sweep.
TOLD_AFTER: Final = timedelta(hours=1)
GIVEN_UP_AFTER: Final = timedelta(days=7)
CHARGES: Final = frozenset({"charge", "payment"})
FEES: Final = frozenset({"stripe_fee", "stripe_fx_fee", "tax_fee"})
DISPUTES: Final = frozenset({"dispute", "dispute_reversal"})
# Settles what was booked under this key; ``{}`` is the source's id.
BOOKED_AS: Final = {
    "refund": "re:{}:ok",
    "payment_refund": "re:{}:ok",
    "refund_failure": "re:{}:fail",
    "payment_failure_refund": "re:{}:fail",
    "transfer": "tr:{}",
    "transfer_refund": "trr:{}",
}
# What the balance alone tells is put into the inbox as if its event had come; handlers look up.
HEARD_AS: Final = {
    "refund": "refund.created",
    "payment_refund": "refund.created",
    "refund_failure": "refund.failed",
    "payment_failure_refund": "refund.failed",
    "transfer": "transfer.created",
}
BANK: Final = frozenset({"payout", "payout_cancel", "payout_failure", "topup", "topup_reversal"})


class Verdict(StrEnum):
    """What became of one transaction."""

    BOOKED = "booked"
    WAITS = "waits"
    STRANGE = "strange"


def book(transaction: BalanceTransaction, *, at: datetime) -> Verdict:
    """Book a transaction that is not booked yet; raise an issue where it does not fit.

    One that fails for whatever reason waits and does not hold up the others.

    :raises ChargerUnreachable: Stripe had to be asked about a charge and did not answer.
    """
    if transaction.currency != settings.CURRENCY.lower():
        return _strange(transaction, at, f"moved {transaction.currency}, which we do not keep")
    try:
        return _rule_for(transaction)(transaction, at)
    except Conflict as conflict:
        return _strange(transaction, at, f"is booked as something else: {conflict.detail}")
    except (Unavailable, SoftTimeLimitExceeded):
        raise
    except Exception:
        # It keeps the watermark where it is, and the transactions behind it are booked.
        log.exception("balance_transaction_failed", transaction_id=transaction.id)
        _strange(transaction, at, "could not be booked; we try again")
        return Verdict.WAITS


def _rule_for(transaction: BalanceTransaction) -> Callable[[BalanceTransaction, datetime], Verdict]:
    if transaction.kind in CHARGES:
        return _charge
    if transaction.category in DISPUTES and transaction.source_id:
        return _dispute
    if not transaction.fee_cents and transaction.kind in BOOKED_AS:
        return _ours
    if not transaction.fee_cents and transaction.kind in BANK:
        return _bank
    return _unexplained


def _charge(transaction: BalanceTransaction, at: datetime) -> Verdict:
    """Bring its top-up to it: that books the settlement, and the credit if it was missed."""
    top_up = TopUp.objects.filter(payment_intent_id=transaction.payment_id or None).first()
    if top_up is None and transaction.payment_id:
        top_up = _top_up_that_it_names(transaction, at)
    if top_up is None:
        is_set_aside = bool(bookings.booked_transactions([transaction.id]))
        return Verdict.BOOKED if is_set_aside else _wait(transaction, at)
    if not top_up.settled_at:
        try:
            convergence.converge_top_up(top_up_id=top_up.pk, at=at)
        except Conflict as conflict:
            raise_conflict(top_up.pk, conflict, at)
            return Verdict.STRANGE
    movements.settle_charge(
        transaction_id=transaction.id,
        payment_intent_id=transaction.payment_id,
        gross_cents=transaction.cents,
        fee_cents=transaction.fee_cents,
        at=at,
    )
    return Verdict.BOOKED


def _top_up_that_it_names(transaction: BalanceTransaction, at: datetime) -> TopUp | None:
    try:
        payment = convergence.ask_payment(transaction.payment_id)
    except NotThere:
        return None
    top_up = convergence.apply_payment(payment=payment, at=at)
    if top_up is None:
        lost.set_aside(payment, at=at)
    return top_up


def _dispute(transaction: BalanceTransaction, at: datetime) -> Verdict:
    line = _line(transaction)
    if not Chargeback.objects.filter(dispute_id=transaction.source_id).exists():
        _hear(transaction, "charge.dispute.created", at)
    if transaction.cents < 0:
        movements.withhold(line=line, fee_cents=transaction.fee_cents, at=at)
    else:
        movements.reinstate(line=line, fee_cents=-transaction.fee_cents, at=at)
    return Verdict.BOOKED


def _ours(transaction: BalanceTransaction, at: datetime) -> Verdict:
    key = BOOKED_AS[transaction.kind].format(transaction.source_id)
    is_refund = key.startswith("re:")
    if not bookings.is_booked(key):
        if _hear(transaction, HEARD_AS.get(transaction.kind, ""), at):
            return Verdict.WAITS
        verdict = _wait(transaction, at)
        if not is_refund or verdict is not Verdict.STRANGE:
            return verdict
    settle = movements.settle_outflow if transaction.cents < 0 else movements.settle_return
    settle(line=_line(transaction), at=at)
    return Verdict.BOOKED


def _bank(transaction: BalanceTransaction, at: datetime) -> Verdict:
    movements.pay_out_to_bank(line=_line(transaction), returned=transaction.cents > 0, at=at)
    return Verdict.BOOKED


def _unexplained(transaction: BalanceTransaction, at: datetime) -> Verdict:
    movements.book_unexplained(
        line=_line(transaction)._replace(cents=abs(transaction.net_cents)),
        came_in=transaction.net_cents > 0,
        is_fee=transaction.kind in FEES,
        at=at,
        reason=f"{transaction.kind}: {transaction.words}",
    )
    return _strange(transaction, at, f"is a {transaction.kind}, booked as not understood")


def _hear(transaction: BalanceTransaction, as_type: str, at: datetime) -> bool:
    """Let the inbox look up what is behind it, once; whether it had not done so before."""
    return bool(as_type) and inbox.receive(
        source="stripe",
        external_id=f"seen:{transaction.id}",
        type=as_type,
        object_id=transaction.source_id,
        livemode=convergence.is_live(),
        payload={"seen_in": transaction.id},
        at=at,
    )


def _wait(transaction: BalanceTransaction, at: datetime) -> Verdict:
    """What we have nothing for yet: quietly at first, then with an issue, at last booked so."""
    age = at - transaction.at
    if age < TOLD_AFTER:
        return Verdict.WAITS
    if age >= GIVEN_UP_AFTER:
        return _unexplained(transaction, at)
    _strange(transaction, at, "has nothing of ours behind it")
    return Verdict.STRANGE if transaction.source_id.startswith(("re_", "pyr_")) else Verdict.WAITS


def _strange(transaction: BalanceTransaction, at: datetime, why: str) -> Verdict:
    issues.raise_once(
        kind="balance_transaction",
        external_id=transaction.id,
        text=f"Stripe moved {transaction.cents} {transaction.currency} cents "
        f"({transaction.kind} {transaction.source_id}, {transaction.id}), which {why}.",
        at=at,
    )
    return Verdict.STRANGE


def _line(transaction: BalanceTransaction) -> BalanceLine:
    return BalanceLine(transaction.id, transaction.source_id, abs(transaction.cents))
