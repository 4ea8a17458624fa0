"""The adapter to Stripe: how it is set up, and Stripe's failures in our words."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings as django_settings

from payouts.adapters import stripe_api
from payouts.adapters.stripe_checkout import StripeCheckout
from payouts.errors import ChargerRefused, ChargerUnreachable, NotThere
from payouts.ports import CheckoutOrder, PaymentState
from tests.payouts.conftest import TO_THE_BANK, Till

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db]
SESSIONS = "POST /v1/checkout/sessions"


@pytest.fixture
def charger(till: Till) -> StripeCheckout:
    return StripeCheckout()


@pytest.fixture
def order(till: Till) -> CheckoutOrder:
    return CheckoutOrder(
        top_up_id=uuid4(),
        client_id=till.client.pk,
        email="maya@example.test",
        amount_cents=2000,
        currency="usd",
        title="Add $20.00",
        success_url="http://localhost/wallet/return/",
        cancel_url="http://localhost/wallet/",
        expires_at=till.at + timedelta(minutes=31),
    )


def test_every_call_has_a_timeout_and_its_own_retries() -> None:
    assert stripe_api.TIMEOUT_SECONDS == (3, 15)
    assert stripe_api.RETRIES == 2


def test_a_request_says_our_version_and_our_key(
    till: Till, charger: StripeCheckout, order: CheckoutOrder
) -> None:
    checkout = charger.open_checkout(order, key="topup:1:checkout")
    session = till.stripe.v1.checkout.sessions.retrieve(checkout.id)
    assert session.client_reference_id == str(order.top_up_id)
    assert session.metadata is not None
    assert session.metadata["env"] == django_settings.SITE_URL
    assert checkout.expires_at == order.expires_at
    assert charger.open_checkout(order, key="topup:1:checkout").id == checkout.id


def test_one_key_for_another_order_is_refused_for_good(
    charger: StripeCheckout, order: CheckoutOrder
) -> None:
    charger.open_checkout(order, key="k")
    other = CheckoutOrder(**{**vars(order), "amount_cents": 2001})
    with pytest.raises(ChargerRefused):
        charger.open_checkout(other, key="k")


@pytest.mark.parametrize("kind", ["reset", "429", "409", "500_before", "garbage_json"])
def test_an_unknown_outcome_may_be_tried_again(
    till: Till, charger: StripeCheckout, order: CheckoutOrder, kind: str
) -> None:
    till.sandbox.fault(kind, SESSIONS, times=3)
    with pytest.raises(ChargerUnreachable):
        charger.open_checkout(order, key="k")


def test_a_silent_stripe_is_left_after_the_timeout(
    till: Till, order: CheckoutOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stripe_api, "TIMEOUT_SECONDS", (1, 0.5))
    monkeypatch.setattr(stripe_api, "RETRIES", 0)
    till.sandbox.fault("hang_before", SESSIONS, seconds=2)
    with pytest.raises(ChargerUnreachable):
        StripeCheckout().open_checkout(order, key="k")


def test_a_wrong_key_of_our_own_is_not_the_payers_fault(
    till: Till, order: CheckoutOrder, settings
) -> None:
    settings.STRIPE_SECRET_KEY = "sk_test_wrong"
    with pytest.raises(ChargerUnreachable):
        StripeCheckout().open_checkout(order, key="k")


@pytest.mark.parametrize(
    ("card", "state"),
    [
        ("4242424242424242", PaymentState.SUCCEEDED),
        ("4000000000000002", PaymentState.REFUSED),
        (TO_THE_BANK, PaymentState.REQUIRES_ACTION),
    ],
)
def test_a_payment_is_seen_with_its_page(
    till: Till, charger: StripeCheckout, order: CheckoutOrder, card: str, state: PaymentState
) -> None:
    opened = charger.open_checkout(order, key="k")
    assert opened.payment is None
    till.sandbox.pay(opened.id, card)
    seen = charger.checkout(opened.id).payment
    assert seen is not None
    assert (seen.state, seen.top_up_id, seen.amount_cents) == (state, str(order.top_up_id), 2000)
    assert (seen.settlement is not None) == (state is PaymentState.SUCCEEDED)
    assert (seen.refusal_code == "generic_decline") == (state is PaymentState.REFUSED)


def test_what_is_not_there_is_said_so(charger: StripeCheckout) -> None:
    for ask in (charger.payment, charger.checkout):
        with pytest.raises(NotThere):
            ask("nobody")
