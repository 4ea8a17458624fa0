"""The stand-in on a free port, and the real SDK pointed at it."""

from __future__ import annotations

import pytest
from stripe import StripeClient

from tests.sandbox_process import Sandbox, sandbox, stripe_process

__all__ = ["sandbox", "stripe_process"]


@pytest.fixture
def stripe(sandbox: Sandbox) -> StripeClient:
    """The SDK without retries, so that each answer is seen."""
    return sandbox.client()


@pytest.fixture
def paid(sandbox: Sandbox, stripe: StripeClient) -> str:
    """The id of a PaymentIntent of $20.00 that was paid on the hosted page."""
    session = checkout(stripe)
    return str(sandbox.pay(session.id, "4000000000000077")["payment_intent"]["id"])


def checkout(stripe: StripeClient, cents: int = 2000, **more: object):  # type: ignore[no-untyped-def]
    """A Checkout Session for ``cents``."""
    price = {"currency": "usd", "unit_amount": cents, "product_data": {"name": "Add funds"}}
    return stripe.v1.checkout.sessions.create(
        params={
            "mode": "payment",
            "line_items": [{"price_data": price, "quantity": 1}],
            "success_url": "http://localhost/wallet/return/?cs={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://localhost/wallet/",
            "payment_intent_data": {"metadata": {"topup_id": "1"}},
            **more,  # type: ignore[typeddict-item]
        }
    )
