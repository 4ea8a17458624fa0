"""Cards by Stripe Checkout: ``CardCharger``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import stripe
from django.conf import settings

from payouts.adapters import stripe_api
from payouts.adapters.stripe_api import ask, instant, pages
from payouts.ports import (
    Checkout,
    CheckoutOrder,
    OutsideEvent,
    Payment,
    PaymentState,
    Settlement,
)

TYPES_MAX: Final = 20

_STATES: Final = {
    "requires_action": PaymentState.REQUIRES_ACTION,
    "processing": PaymentState.PROCESSING,
    "canceled": PaymentState.CANCELED,
    "succeeded": PaymentState.SUCCEEDED,
}
_EXPAND: Final = ["latest_charge.balance_transaction"]


class StripeCheckout:
    """Takes money with hosted Checkout pages."""

    def __init__(self) -> None:
        self.client = stripe_api.client()

    def open_checkout(self, order: CheckoutOrder, *, key: str) -> Checkout:
        """See ``CardCharger``."""
        metadata = {
            "topup_id": str(order.top_up_id),
            "client_id": str(order.client_id),
            "env": settings.SITE_URL,
        }
        price = {
            "currency": order.currency,
            "unit_amount": order.amount_cents,
            "product_data": {"name": order.title},
        }
        params: Any = {
            "mode": "payment",
            "line_items": [{"price_data": price, "quantity": 1}],
            "client_reference_id": str(order.top_up_id),
            "customer_email": order.email,
            "success_url": order.success_url,
            "cancel_url": order.cancel_url,
            "expires_at": int(order.expires_at.timestamp()),
            "metadata": metadata,
            "payment_intent_data": {"metadata": metadata},
        }
        session = ask(
            lambda: self.client.v1.checkout.sessions.create(
                params=params, options={"idempotency_key": key}
            )
        )
        return self._checkout(session)

    def checkout(self, checkout_id: str) -> Checkout:
        """See ``CardCharger``."""
        return self._checkout(ask(lambda: self.client.v1.checkout.sessions.retrieve(checkout_id)))

    def payment(self, payment_id: str) -> Payment:
        """See ``CardCharger``."""
        return payment_by(self.client, payment_id)

    def events_since(self, since: datetime, types: list[str]) -> Iterator[OutsideEvent]:
        """See ``CardCharger``."""
        for start in range(0, len(types), TYPES_MAX):
            some = types[start : start + TYPES_MAX]
            params: Any = {"created": {"gte": int(since.timestamp())}, "types": some}
            for event in pages(self.client.v1.events.list, params):
                yield event_of(event.to_dict())

    def _checkout(self, session: Any) -> Checkout:
        return Checkout(
            id=session.id,
            url=session.url or "",
            is_expired=session.status == "expired",
            expires_at=instant(session.expires_at),
            payment=self.payment(session.payment_intent) if session.payment_intent else None,
        )


def event_of(payload: dict[str, Any]) -> OutsideEvent:
    """An event from Stripe's JSON.

    :raises KeyError: it is not a snapshot event.
    """
    return OutsideEvent(
        id=payload["id"],
        type=payload["type"],
        object_id=str(payload["data"]["object"].get("id", "")),
        livemode=bool(payload["livemode"]),
        at=instant(payload["created"]),
        payload=payload,
        account=str(payload.get("account") or ""),
    )


def payment_by(client: stripe.StripeClient, payment_id: str) -> Payment:
    """A payment as Stripe has it now, with its card and its settlement."""
    intent: Any = ask(
        lambda: client.v1.payment_intents.retrieve(payment_id, params={"expand": _EXPAND})
    )
    metadata = intent.metadata.to_dict()
    failure = intent.last_payment_error
    state = _STATES.get(intent.status, PaymentState.REFUSED if failure else PaymentState.WAITING)
    charge: Any = intent.latest_charge
    transaction = charge.balance_transaction if charge else None
    card = _card(charge)
    return Payment(
        id=intent.id,
        state=state,
        amount_cents=intent.amount,
        received_cents=intent.amount_received,
        currency=intent.currency,
        livemode=intent.livemode,
        env=metadata.get("env", ""),
        top_up_id=metadata.get("topup_id", ""),
        client_id=metadata.get("client_id", ""),
        made_at=instant(intent.created),
        refusal_code=_refusal(failure) if failure else "",
        refused_charge_id=charge.id if charge and failure else "",
        settlement=_settlement(transaction, intent.id) if transaction else None,
        card_fingerprint=str(card.get("fingerprint") or ""),
        card_label=card_label(card.get("brand"), card.get("last4")),
        bank_url=_bank_url(intent),
    )


def card_label(brand: str | None, last4: str | None) -> str:
    """``Visa ending 4242``; empty when it was paid by something else."""
    return f"{(brand or 'card').replace('_', ' ').capitalize()} ending {last4}" if last4 else ""


def _card(charge: Any) -> dict[str, Any]:
    """What Stripe shows of the card of a charge."""
    if not charge:
        return {}
    return (charge.to_dict().get("payment_method_details") or {}).get("card") or {}


def _bank_url(intent: Any) -> str:
    action = intent.next_action.to_dict() if intent.next_action else {}
    return str((action.get("redirect_to_url") or {}).get("url") or "")


def _refusal(failure: Any) -> str:
    words = failure.to_dict()
    return str(words.get("decline_code") or words.get("code") or "")


def _settlement(transaction: Any, payment_id: str | None) -> Settlement:
    return Settlement(
        transaction_id=transaction.id,
        payment_id=payment_id,
        kind=transaction.type,
        gross_cents=transaction.amount,
        fee_cents=transaction.fee,
        currency=transaction.currency,
        at=instant(transaction.created),
    )
