"""What we do about each event of Stripe: look the object up again, and bring our row to it.

An event is a hint that something changed; nothing in it is believed but the id. Types that are
not here are stored and left alone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, cast

from backend.inbox.models import ExternalEvent
from backend.inbox.registry import NotForUs, handles
from payouts.errors import NotThere
from payouts.ports import Checkout, Payment
from payouts.services import convergence, lost
from payouts.wallet.services import cards

PAYMENT_TYPES: Final = [
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
    "payment_intent.requires_action",
    "payment_intent.processing",
]
CHECKOUT_TYPES: Final = [
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
]


def fetch_payment(event: ExternalEvent) -> Payment:
    """The payment that an event is about."""
    return _payment(event, event.object_id)


def fetch_charged_payment(event: ExternalEvent) -> Payment:
    """The payment whose charge an event is about."""
    charge = cast("dict[str, dict[str, dict[str, str]]]", event.payload)["data"]["object"]
    return _payment(event, str(charge.get("payment_intent") or ""))


def fetch_checkout(event: ExternalEvent) -> Checkout | cards.Drawer:
    """The hosted page that an event is about; of one that saves a card, the client's cards."""
    _check_mode(event)
    if drawer := cards.drawer_of_page(event.object_id):
        return drawer
    try:
        return convergence.ask_checkout(event.object_id)
    except NotThere as error:
        raise NotForUs("Stripe does not know this page") from error


def converge_payment(event: ExternalEvent, *, at: datetime) -> None:
    """A payment changed, or its charge reached our balance."""
    _bring(cast("Payment", event.fetched), at)


def converge_checkout(event: ExternalEvent, *, at: datetime) -> None:
    """A hosted page changed."""
    if isinstance(event.fetched, cards.Drawer):
        cards.apply(drawer=event.fetched, at=at)
        return
    checkout = cast("Checkout", event.fetched)
    if convergence.apply_checkout(checkout=checkout, at=at) is None:
        if checkout.payment is None:
            raise NotForUs("no top-up of ours")
        _bring(checkout.payment, at)


def _bring(payment: Payment, at: datetime) -> None:
    is_known = convergence.apply_payment(payment=payment, at=at) is not None
    if not is_known and not lost.set_aside(payment, at=at):
        raise NotForUs("no top-up of ours")


def _payment(event: ExternalEvent, payment_id: str) -> Payment:
    _check_mode(event)
    if not payment_id:
        raise NotForUs("it names no payment")
    try:
        return convergence.ask_payment(payment_id)
    except NotThere as error:
        raise NotForUs("Stripe does not know this payment") from error


def _check_mode(event: ExternalEvent) -> None:
    if event.livemode != convergence.is_live():
        raise NotForUs("the other mode")


for _type in PAYMENT_TYPES:
    handles("stripe", _type, fetch=fetch_payment)(converge_payment)
for _type in CHECKOUT_TYPES:
    handles("stripe", _type, fetch=fetch_checkout)(converge_checkout)
handles("stripe", "charge.updated", fetch=fetch_charged_payment)(converge_payment)
