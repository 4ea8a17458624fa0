"""Saved cards by Stripe: ``CardVault`` and ``SavedCardCharger``. A number never comes here."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

import stripe
from django.conf import settings

from payouts.adapters import stripe_api
from payouts.adapters.stripe_api import ask, instant, pages
from payouts.adapters.stripe_checkout import payment_by
from payouts.errors import ChargerRefused, NotThere
from payouts.ports import ChargeOrder, KeptCard, Payment, SetupOrder, SetupPage


class StripeVault:
    """Keeps cards as payment methods of a customer."""

    def __init__(self) -> None:
        self.client = stripe_api.client()

    def open_customer(self, client_id: UUID, email: str, *, key: str) -> str:
        """See ``CardVault``."""
        metadata = {"client_id": str(client_id), "env": settings.SITE_URL}
        customer = ask(
            lambda: self.client.v1.customers.create(
                params={"email": email, "metadata": metadata}, options={"idempotency_key": key}
            )
        )
        return customer.id

    def open_page(self, order: SetupOrder, *, key: str) -> SetupPage:
        """See ``CardVault``."""
        metadata = {
            "setup_id": str(order.setup_id),
            "client_id": str(order.client_id),
            "env": settings.SITE_URL,
        }
        params: Any = {
            "mode": "setup",
            "currency": settings.CURRENCY.lower(),
            "customer": order.customer_id,
            "client_reference_id": str(order.setup_id),
            "success_url": order.success_url,
            "cancel_url": order.cancel_url,
            "expires_at": int(order.expires_at.timestamp()),
            "metadata": metadata,
            "setup_intent_data": {"metadata": metadata},
        }
        page = ask(
            lambda: self.client.v1.checkout.sessions.create(
                params=params, options={"idempotency_key": key}
            )
        )
        return SetupPage(page.id, page.url or "", instant(page.expires_at))

    def cards(self, customer_id: str) -> list[KeptCard]:
        """See ``CardVault``."""
        params = {"customer": customer_id, "type": "card"}
        kept = list(pages(self.client.v1.payment_methods.list, params))
        return [_kept(method) for method in reversed(kept)]

    def forget(self, card_id: str) -> None:
        """See ``CardVault``."""
        with suppress(ChargerRefused):  # not attached: it is gone, which is what we want
            ask(lambda: self.client.v1.payment_methods.detach(card_id))

    def close_customer(self, customer_id: str) -> None:
        """See ``CardVault``."""
        with suppress(NotThere):
            for card in self.cards(customer_id):
                self.forget(card.id)
            ask(lambda: self.client.v1.customers.delete(customer_id))


class StripeSavedCards:
    """Takes money from a saved card with a PaymentIntent."""

    def __init__(self) -> None:
        self.client = stripe_api.client()

    def charge(self, order: ChargeOrder, *, key: str) -> Payment:
        """See ``SavedCardCharger``."""
        params: Any = {
            "amount": order.amount_cents,
            "currency": order.currency,
            "customer": order.customer_id,
            "payment_method": order.card_id,
            "allowed_payment_method_types": ["card"],
            "confirm": True,
            "metadata": {
                "topup_id": str(order.top_up_id),
                "client_id": str(order.client_id),
                "env": settings.SITE_URL,
            },
            **({"off_session": True} if order.by_itself else {"return_url": order.return_url}),
        }

        def create() -> str:
            try:
                made = self.client.v1.payment_intents.create(
                    params=params, options={"idempotency_key": key}
                )
            except stripe.CardError as refusal:
                return _refused_payment(refusal)
            return made.id

        return payment_by(self.client, ask(create))

    def find(self, customer_id: str, top_up_id: UUID, *, since: datetime) -> Payment | None:
        """See ``SavedCardCharger``."""
        params = {"customer": customer_id, "created": {"gte": int(since.timestamp())}}
        for intent in pages(self.client.v1.payment_intents.list, params):
            if intent.metadata.to_dict().get("topup_id") == str(top_up_id):
                return payment_by(self.client, intent.id)
        return None

    def cancel(self, payment_id: str) -> Payment:
        """See ``SavedCardCharger``."""
        with suppress(ChargerRefused):  # it is over already, one way or the other
            ask(lambda: self.client.v1.payment_intents.cancel(payment_id))
        return payment_by(self.client, payment_id)


def _kept(method: Any) -> KeptCard:
    card = method.card
    return KeptCard(
        id=method.id,
        brand=card.brand,
        last4=card.last4,
        exp_month=card.exp_month,
        exp_year=card.exp_year,
        fingerprint=card.fingerprint or "",
    )


def _refused_payment(refusal: stripe.CardError) -> str:
    """The payment that a bank refused: Stripe names it in the error.

    :raises stripe.CardError: it names none.
    """
    body: Any = refusal.json_body or {}
    intent = (body.get("error") or {}).get("payment_intent") or {}
    if not intent.get("id"):
        raise refusal
    return str(intent["id"])
