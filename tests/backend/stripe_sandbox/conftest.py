"""The stand-in on a free port, and the real SDK pointed at it."""

from __future__ import annotations

from typing import Any

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


RECIPIENT: Any = {
    "contact_email": "luna@soulseer.test",
    "display_name": "Luna",
    "dashboard": "express",
    "identity": {"country": "us", "entity_type": "individual"},
    "configuration": {
        "recipient": {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}
    },
    "defaults": {
        "responsibilities": {"fees_collector": "application", "losses_collector": "application"}
    },
}


@pytest.fixture
def reader(sandbox: Sandbox, stripe: StripeClient) -> str:
    """The id of a connected account of the second API that may be paid."""
    account = stripe.v2.core.accounts.create(params=RECIPIENT)
    sandbox.onboard(account.id)
    return str(account.id)


def link_params(account_id: str) -> Any:
    """What an onboarding link of the second API is asked with."""
    urls = {
        "refresh_url": "http://localhost/refresh/",
        "return_url": "http://localhost/return/",
    }
    use_case = {"type": "account_onboarding", "account_onboarding": urls}
    return {"account": account_id, "use_case": use_case}


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
