"""Bringing a top-up to what Stripe says is true. Every road (webhook, reconciler) ends here.

Stripe is asked first, outside any transaction; then the top-up's row is locked and the answer
applied. Applying is idempotent: the status only moves forward, and the ledger books the money
of one payment once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction

from backend.accounts.models import Trace
from backend.accounts.services import traces
from backend.core import engines, ids
from backend.ledger import movements
from backend.ledger import selectors as ledger
from backend.notifications.services import notify
from backend.realtime import events, rooms
from backend.realtime.publish import publish
from payouts import words
from payouts.models import CardCustomer, TopUp
from payouts.ports import CardCharger, Checkout, Payment, PaymentState, SavedCardCharger
from payouts.services import issues, lost
from payouts.states import TopUpStatus, may_move

log = structlog.get_logger(__name__)
CLOCKS_DIFFER: Final = timedelta(minutes=5)
_UNPAID: Final = (PaymentState.WAITING, PaymentState.REFUSED, PaymentState.REQUIRES_ACTION)
_STATUS: Final = {
    PaymentState.REFUSED: TopUpStatus.FAILED,
    PaymentState.REQUIRES_ACTION: TopUpStatus.REQUIRES_ACTION,
    PaymentState.PROCESSING: TopUpStatus.PROCESSING,
    PaymentState.CANCELED: TopUpStatus.CANCELED,
}


def ask_payment(payment_id: str) -> Payment:
    """The payment as Stripe has it now. Not in a transaction.

    :raises NotThere: Stripe does not know it.
    :raises ChargerUnreachable: try again.
    """
    charger: CardCharger = engines.load("card_charger")
    return charger.payment(payment_id)


def ask_checkout(checkout_id: str) -> Checkout:
    """The hosted page as Stripe has it now. Not in a transaction.

    :raises NotThere: Stripe does not know it.
    :raises ChargerUnreachable: try again.
    """
    charger: CardCharger = engines.load("card_charger")
    return charger.checkout(checkout_id)


def ask_card_payment(top_up: TopUp, *, at: datetime) -> Payment | None:
    """What became of a payment from a saved card; None when none was made. Not in a transaction.

    One that still waits for the bank when its time is over is given up there, too.
    :raises ChargerUnreachable: try again.
    """
    charger: SavedCardCharger = engines.load("saved_card_charger")
    if top_up.payment_intent_id:
        payment: Payment | None = ask_payment(top_up.payment_intent_id)
    else:
        customer = CardCustomer.objects.get(pk=top_up.client_id)
        since = top_up.created_at - CLOCKS_DIFFER
        payment = charger.find(str(customer.customer_id), top_up.pk, since=since)
    if payment and payment.state in _UNPAID and top_up.expires_at <= at:
        payment = charger.cancel(payment.id)
    return payment


@transaction.atomic
def apply_payment(*, payment: Payment, at: datetime) -> TopUp | None:
    """Bring the top-up of a payment to it; None when it is not one of ours.

    The row of one that a restored database has lost is written again.
    """
    top_up_id = _top_up_of(payment) or lost.remember(payment, at=at)
    return _apply(top_up_id=top_up_id, payment=payment, at=at) if top_up_id else None


def apply_checkout(*, checkout: Checkout, at: datetime) -> TopUp | None:
    """Bring the top-up of a hosted page to it; None when it is not one of ours."""
    rows = TopUp.objects.filter(checkout_session_id=checkout.id).values_list("id", flat=True)
    top_up_id = rows.first()
    if top_up_id is None:
        return apply_payment(payment=checkout.payment, at=at) if checkout.payment else None
    return _apply(top_up_id=top_up_id, payment=checkout.payment, at=at, checkout=checkout)


def converge_top_up(*, top_up_id: UUID, at: datetime) -> TopUp:
    """Ask Stripe about one top-up, by whatever we know of it, and bring it to the answer.

    One that never got its page is given up when its page would have expired.
    :raises NotThere: Stripe does not know it.
    :raises ChargerUnreachable: Stripe did not answer; try again.
    """
    top_up = TopUp.objects.get(pk=top_up_id)
    if top_up.checkout_session_id:
        checkout = ask_checkout(top_up.checkout_session_id)
        return apply_checkout(checkout=checkout, at=at) or top_up
    if top_up.card_id:
        card_payment = ask_card_payment(top_up, at=at)
        return _apply(top_up_id=top_up_id, payment=card_payment, at=at)
    payment = ask_payment(top_up.payment_intent_id) if top_up.payment_intent_id else None
    return _apply(top_up_id=top_up_id, payment=payment, at=at)


@transaction.atomic
def give_up(*, top_up_id: UUID, at: datetime) -> None:
    """There is no payment and there will be none: nothing was charged.

    Should one turn up nevertheless, it is credited all the same.
    """
    top_up = TopUp.objects.select_for_update().get(pk=top_up_id)
    if top_up.payment_intent_id is None and _move(top_up, TopUpStatus.CANCELED, at):
        top_up.save()


def _top_up_of(payment: Payment) -> UUID | None:
    """Which top-up a payment belongs to: the one it names, else the one that named it."""
    if payment.env and payment.env != settings.SITE_URL:
        return None
    named = ids.parsed(payment.top_up_id)
    rows = TopUp.objects.filter(pk=named) if named else TopUp.objects.none()
    found = rows.first() or TopUp.objects.filter(payment_intent_id=payment.id).first()
    return found.pk if found else None


@transaction.atomic
def _apply(
    *, top_up_id: UUID, payment: Payment | None, at: datetime, checkout: Checkout | None = None
) -> TopUp:
    rows = TopUp.objects.select_for_update(of=("self",)).select_related("client")
    top_up = rows.get(pk=top_up_id)
    if payment and _is_strange(top_up, payment, at):
        return top_up
    if payment and payment.state is PaymentState.SUCCEEDED:
        _paid(top_up, payment, at)
        seen = {Trace.Kind.CARD.value: payment.card_fingerprint}
        traces.note(user_id=top_up.client_id, seen=seen, at=at)
    elif payment:
        _not_paid(top_up, payment, at)
    never_opened = not (checkout or payment or top_up.checkout_session_id)
    if (checkout and checkout.is_expired) or (never_opened and top_up.expires_at <= at):
        _move(top_up, TopUpStatus.EXPIRED, at)
    top_up.save()
    return top_up


def _is_strange(top_up: TopUp, payment: Payment, at: datetime) -> bool:
    """Whether this is a second payment for a top-up that has one: its money is set aside."""
    if top_up.payment_intent_id in (None, payment.id):
        return False
    if payment.state is PaymentState.SUCCEEDED:
        _set_aside(top_up, payment, "a second payment for one top-up", at)
    return True


def _paid(top_up: TopUp, payment: Payment, at: datetime) -> None:
    wrong = _what_is_wrong(top_up, payment)
    if wrong and top_up.status != TopUpStatus.SUCCEEDED:
        top_up.payment_intent_id = payment.id
        _set_aside(top_up, payment, wrong, at)
        _move(top_up, TopUpStatus.MISMATCHED, at)
    elif top_up.status != TopUpStatus.MISMATCHED:
        _credit(top_up, payment, at)
    _settle(top_up, payment, at)


def _credit(top_up: TopUp, payment: Payment, at: datetime) -> None:
    movements.top_up(
        client=top_up.client,
        amount_cents=payment.received_cents,
        payment_intent_id=payment.id,
        about=about(top_up.pk),
        at=at,
    )
    top_up.payment_intent_id = payment.id
    if not _move(top_up, TopUpStatus.SUCCEEDED, at):
        return
    top_up.failure_code = top_up.failure_text = ""
    top_up.card_label = payment.card_label
    balance = ledger.balance_of(top_up.client_id)
    publish(
        events.BalanceUpdated(available_cents=balance.spendable_cents),
        to=rooms.user(top_up.client_id),
    )
    notify(
        user_id=top_up.client_id,
        kind="top-up-succeeded",
        title=words.added(top_up.amount_cents, by_itself=top_up.is_automatic),
        body=words.added_by(payment.card_label, balance.spendable_cents),
        url="/wallet/",
        at=at,
    )


def _settle(top_up: TopUp, payment: Payment, at: datetime) -> None:
    if top_up.settled_at or not payment.settlement:
        return
    if payment.settlement.currency != top_up.currency.lower():
        return
    movements.settle_charge(
        transaction_id=payment.settlement.transaction_id,
        payment_intent_id=payment.id,
        gross_cents=payment.settlement.gross_cents,
        fee_cents=payment.settlement.fee_cents,
        at=at,
    )
    top_up.settled_at = at


def _not_paid(top_up: TopUp, payment: Payment, at: datetime) -> None:
    top_up.payment_intent_id = payment.id
    if payment.refused_charge_id and payment.refused_charge_id != top_up.last_refused_charge_id:
        top_up.last_refused_charge_id = payment.refused_charge_id
        top_up.refusals += 1
    if top_up.card_id:
        top_up.checkout_url = payment.bank_url
    to = _STATUS.get(payment.state)
    if to and _move(top_up, to, at) and to is TopUpStatus.FAILED:
        top_up.failure_code = payment.refusal_code[:64]
        top_up.failure_text = words.refusal_text(payment.refusal_code)


def _what_is_wrong(top_up: TopUp, payment: Payment) -> str:
    """Why this money may not be credited; empty when it may."""
    if payment.livemode != is_live():
        return "the other mode"
    if payment.currency != top_up.currency.lower():
        return f"paid in {payment.currency}"
    if payment.received_cents != top_up.amount_cents:
        return f"{payment.received_cents} cents came, {top_up.amount_cents} were asked"
    if payment.top_up_id != str(top_up.pk):
        return "it names another top-up"
    return ""


def _set_aside(top_up: TopUp, payment: Payment, wrong: str, at: datetime) -> None:
    """Book money that we cannot credit as not understood, and call for a person.

    Money of another mode or currency is not in our balance, so nothing is booked for it.
    """
    if payment.livemode == is_live() and payment.currency == top_up.currency.lower():
        movements.suspend_top_up(
            amount_cents=payment.received_cents,
            payment_intent_id=payment.id,
            about=about(top_up.pk),
            reason=wrong,
            at=at,
        )
    issues.raise_once(
        kind="top_up_mismatch",
        external_id=payment.id,
        text=f"Top-up {top_up.pk}: {wrong}. The wallet was not credited.",
        at=at,
    )


def _move(top_up: TopUp, to: TopUpStatus, at: datetime) -> bool:
    """Move the locked row forward; False when it is already there or further."""
    if not may_move(top_up.status, to):
        return False
    top_up.status, top_up.status_since = to, at
    log.info("top_up_moved", top_up_id=str(top_up.pk), status=to.value)
    return True


def about(top_up_id: UUID) -> str:
    """How the ledger names a top-up."""
    return f"top_up:{top_up_id}"


def is_live() -> bool:
    """Whether our key moves real money."""
    return str(settings.STRIPE_SECRET_KEY).startswith(("sk_live_", "rk_live_"))
