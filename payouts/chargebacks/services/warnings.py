"""Warnings of fraud, and payments held for review: what is left is frozen until staff decide.

The client's row is locked first, as in ``convergence``.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from backend.accounts.models import User
from backend.accounts.services import audit_log
from backend.core import engines
from backend.core.errors import Forbidden, IllegalMove, InvalidInput
from backend.ledger import bookings, movements
from payouts.chargeback_states import INQUIRIES, WarningState
from payouts.chargebacks import selectors
from payouts.chargebacks.errors import RefundOnItsWay
from payouts.chargebacks.services import notices
from payouts.errors import ChargerRefused
from payouts.models import Chargeback, PaymentWarning
from payouts.ports import BankDisputes, BankWarning
from payouts.services import convergence

_K = PaymentWarning.Kind
_S = WarningState
# Stripe forgets a key after a day; until then the same refund can be asked for again.
ASK_AGAIN: Final = timedelta(hours=23)
REASON_CHARS_MAX: Final = 200


def ask(warning_id: str, *, at: datetime) -> BankWarning:
    """The warning as Stripe has it now; its payment is booked by then. Not in a transaction.

    :raises NotThere: Stripe does not know it.
    :raises ChargerUnreachable: try again.
    """
    banks: BankDisputes = engines.load("bank_disputes")
    seen = banks.warning(warning_id)
    if seen.payment_id and bookings.payer_of(seen.payment_id) is None:
        convergence.apply_payment(payment=convergence.ask_payment(seen.payment_id), at=at)
    return seen


@transaction.atomic
def apply(*, seen: BankWarning, at: datetime) -> PaymentWarning | None:
    """Freeze what is left of a payment that was warned of, or free it once nothing is to be done.

    None when the payment is not one of ours.
    """
    client_id = bookings.payer_of(seen.payment_id)
    if client_id is None:
        return None
    client = User.objects.select_for_update(no_key=True).get(pk=client_id)
    known = PaymentWarning.objects.filter(warning_id=seen.id).first()
    if known is None:
        return _begin(seen, client, at)
    if known.state == _S.OPEN and not seen.is_open:
        end(known, client, _end_of(seen), at)
    return known


@transaction.atomic
def clear(*, warning_id: UUID, by: User, reason: str, at: datetime) -> PaymentWarning:
    """It was nothing: what was frozen is the client's again.

    :raises Forbidden: ``by`` is no admin. :raises InvalidInput: no reason.
    :raises IllegalMove: somebody has decided already.
    :raises RefundOnItsWay: a refund has begun.
    """
    warning, client = _open_one(warning_id, by, reason)
    if warning.refunding_since:
        raise RefundOnItsWay
    end(warning, client, _S.CLEARED, at, by=by, reason=reason)
    _record("warning.clear", warning, by, reason, at)
    return warning


def refund(*, warning_id: UUID, by: User, whole: bool, reason: str, at: datetime) -> PaymentWarning:
    """Pay a suspicious payment back before the bank takes it: what is unspent, or ``whole`` of it.

    What was spent of the whole payment the client then owes. The amount is written down before
    the call, so that asking again after an unknown outcome asks for the same. Not in a transaction.
    :raises Forbidden, InvalidInput, IllegalMove: as ``clear``; also when nothing is left of it.
    :raises ChargerRefused: final, nothing was paid back.
    :raises ChargerUnreachable: unknown; calling again within a day asks for the same refund.
    """
    warning = _begin_refund(warning_id, by, reason, at, whole=whole)
    banks: BankDisputes = engines.load("bank_disputes")
    try:
        refund_id = banks.refund(
            warning.payment_intent_id,
            warning.refund_cents,
            key=f"efw:{warning.warning_id}:refund",
        )
    except ChargerRefused:
        PaymentWarning.objects.filter(pk=warning_id, state=_S.OPEN).update(
            refunding_since=None, refund_cents=0
        )
        raise
    return _finish_refund(warning_id, refund_id, by, reason, at)


def left_of(warning: PaymentWarning) -> int:
    """Cents of the payment that a card could still get back."""
    return bookings.left_of_payment(warning.payment_intent_id)


def end(
    warning: PaymentWarning,
    client: User,
    to: WarningState,
    at: datetime,
    *,
    by: User | None = None,
    reason: str = "",
) -> None:
    """Close an open warning and free what it froze. The client's row is locked by the caller."""
    movements.clear_warned(warning_id=warning.warning_id, client=client, at=at)
    warning.state, warning.decided_at, warning.decided_by = to, at, by
    warning.decision_reason = reason.strip()[:REASON_CHARS_MAX]
    warning.save()


def _begin(seen: BankWarning, client: User, at: datetime) -> PaymentWarning:
    taken = Chargeback.objects.filter(payment_intent_id=seen.payment_id)
    is_open = seen.is_open and not taken.exclude(state__in=INQUIRIES).exists()
    warning = PaymentWarning.objects.create(
        warning_id=seen.id,
        kind=_K.REVIEW if seen.is_review else _K.FRAUD,
        payment_intent_id=seen.payment_id,
        client=client,
        amount_cents=bookings.credited_cents(seen.payment_id),
        reason=seen.reason,
        state=_S.OPEN if is_open else _S.PASSED,
        opened_at=at,
        decided_at=None if is_open else at,
    )
    if is_open:
        movements.freeze_warned(
            warning_id=warning.warning_id,
            payment_intent_id=warning.payment_intent_id,
            client=client,
            cents=bookings.left_of_payment(warning.payment_intent_id),
            at=at,
        )
        notices.warned(warning, at)
    return warning


def _end_of(seen: BankWarning) -> WarningState:
    if seen.outcome == "approved":
        return _S.CLEARED
    disputed = Chargeback.objects.filter(payment_intent_id=seen.payment_id).exists()
    return _S.DISPUTED if disputed or seen.outcome == "disputed" else _S.REFUNDED


def _open_one(warning_id: UUID, by: User, reason: str) -> tuple[PaymentWarning, User]:
    """The open warning and its client, both locked."""
    if not by.is_admin:
        raise Forbidden("Only admins decide about warnings.")
    if not reason.strip():
        raise InvalidInput("A decision has a reason.")
    client_id = selectors.warning(warning_id).client_id
    client = User.objects.select_for_update(no_key=True).get(pk=client_id)
    warning = PaymentWarning.objects.select_for_update().get(pk=warning_id)
    if warning.state != _S.OPEN:
        raise IllegalMove("Somebody has decided this already.", state=warning.state)
    return warning, client


@transaction.atomic
def _begin_refund(
    warning_id: UUID, by: User, reason: str, at: datetime, *, whole: bool
) -> PaymentWarning:
    warning, _ = _open_one(warning_id, by, reason)
    if warning.refunding_since:
        if at - warning.refunding_since > ASK_AGAIN:
            raise RefundOnItsWay("This refund began over a day ago. Look it up at Stripe.")
        return warning
    left = left_of(warning)
    frozen = bookings.frozen_for(f"efw:{warning.warning_id}:freeze")
    cents = left if whole else min(left, frozen)
    if cents <= 0:
        raise IllegalMove("Nothing is left of this payment that could go back.")
    warning.refunding_since, warning.refund_cents = at, cents
    warning.save()
    return warning


@transaction.atomic
def _finish_refund(
    warning_id: UUID, refund_id: str, by: User, reason: str, at: datetime
) -> PaymentWarning:
    client_id = selectors.warning(warning_id).client_id
    client = User.objects.select_for_update(no_key=True).get(pk=client_id)
    warning = PaymentWarning.objects.select_for_update().get(pk=warning_id)
    back = movements.CardRefund(refund_id, warning.payment_intent_id, warning.refund_cents)
    warning.refund_id = refund_id
    if warning.state == _S.OPEN:
        end(warning, client, _S.REFUNDED, at, by=by, reason=reason)
    warning.save()
    movements.book_dashboard_refund(refund=back, client=client, at=at)
    _record("warning.refund", warning, by, reason, at)
    return warning


def _record(act: str, warning: PaymentWarning, by: User, reason: str, at: datetime) -> None:
    audit_log.record(
        actor=by,
        act=act,
        about=f"warning:{warning.pk}",
        at=at,
        reason=reason,
        facts={"payment": warning.payment_intent_id, "refund_cents": warning.refund_cents},
    )
