"""Saving cards: SetupIntents, Checkout in setup mode, charging a card without its owner."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import stripe as sdk
from stripe import StripeClient

from tests.sandbox_process import Sandbox

pytestmark = pytest.mark.sandbox


@pytest.fixture
def customer(stripe: StripeClient) -> str:
    return stripe.v1.customers.create(params={"email": "maya@soulseer.test"}).id


def _setup_page(stripe: StripeClient, customer: str) -> sdk.checkout.Session:
    return stripe.v1.checkout.sessions.create(
        params={
            "mode": "setup",
            "customer": customer,
            "success_url": "http://localhost/cards/?cs={CHECKOUT_SESSION_ID}",
            "setup_intent_data": {"metadata": {"client_id": "7"}},
        }
    )


def _cards(stripe: StripeClient, customer: str) -> list[sdk.PaymentMethod]:
    params: Any = {"type": "card"}
    return list(stripe.v1.customers.payment_methods.list(customer, params=params).data)


def _charge(stripe: StripeClient, customer: str, method: str) -> sdk.PaymentIntent:
    return stripe.v1.payment_intents.create(
        params={
            "amount": 2000,
            "currency": "usd",
            "customer": customer,
            "payment_method": method,
            "off_session": True,
            "confirm": True,
        }
    )


def test_the_page_saves_a_card_and_charges_nothing(stripe: StripeClient, customer: str) -> None:
    session = _setup_page(stripe, customer)
    assert (session.amount_total, session.payment_status) == (None, "no_payment_required")
    page = httpx.get(str(session.url))
    assert "Save this card" in page.text
    done = httpx.post(str(session.url), data={"number": "4242 4242 4242 4242"})
    assert done.headers["location"].endswith(session.id)

    setup = stripe.v1.setup_intents.retrieve(str(session.setup_intent))
    assert (setup.status, setup.metadata["client_id"]) == ("succeeded", "7")  # type: ignore[index]
    (card,) = _cards(stripe, customer)
    assert card.id == setup.payment_method
    assert card.card
    assert card.card.last4 == "4242"
    assert stripe.v1.charges.list().data == []
    assert _charge(stripe, customer, card.id).status == "succeeded"


def test_a_refused_card_is_not_saved(sandbox: Sandbox, stripe: StripeClient, customer: str) -> None:
    session = _setup_page(stripe, customer)
    refused = sandbox.pay(session.id, "4000000000000002")["setup_intent"]
    assert refused["last_setup_error"]["decline_code"] == "generic_decline"
    assert _cards(stripe, customer) == []
    events = stripe.v1.events.list(params={"type": "setup_intent.*"}).data
    assert [event.type for event in events] == ["setup_intent.setup_failed", "setup_intent.created"]


def test_the_bank_is_asked_once_when_a_card_is_saved(
    sandbox: Sandbox, stripe: StripeClient, customer: str
) -> None:
    session = _setup_page(stripe, customer)
    bank = httpx.post(str(session.url), data={"number": "4000002500003155"}).headers["location"]
    assert _cards(stripe, customer) == []
    assert "Is this you" in httpx.get(bank).text
    httpx.post(bank, data={"answer": "approve"})
    (card,) = _cards(stripe, customer)
    assert _charge(stripe, customer, card.id).status == "succeeded"


def test_some_banks_ask_every_time(sandbox: Sandbox, stripe: StripeClient, customer: str) -> None:
    setup = stripe.v1.setup_intents.create(
        params={
            "customer": customer,
            "payment_method": "pm_card_authenticationRequired",
            "confirm": True,
            "return_url": "http://localhost/",
        }
    )
    assert setup.status == "requires_action"
    sandbox.bank(setup.id, approve=True)
    (card,) = _cards(stripe, customer)
    with pytest.raises(sdk.CardError) as refusal:
        _charge(stripe, customer, card.id)
    assert refusal.value.code == "authentication_required"
    assert stripe.v1.balance_transactions.list().data == []


def test_a_saved_card_may_be_empty_later(stripe: StripeClient, customer: str) -> None:
    stripe.v1.payment_methods.attach("pm_card_chargeCustomerFail", params={"customer": customer})
    (card,) = _cards(stripe, customer)
    with pytest.raises(sdk.CardError) as refusal:
        _charge(stripe, customer, card.id)
    assert refusal.value.code == "card_declined"


def test_one_card_has_one_fingerprint(stripe: StripeClient, customer: str) -> None:
    other = stripe.v1.customers.create(params={}).id
    for owner in (customer, customer, other):
        stripe.v1.payment_methods.attach("pm_card_visa", params={"customer": owner})
    seen = [card.card.fingerprint for card in _cards(stripe, customer) if card.card]
    assert len(seen) == 2
    assert len(set(seen)) == 1
    assert len(_cards(stripe, other)) == 1


def test_a_removed_card_is_never_charged_again(stripe: StripeClient, customer: str) -> None:
    card = stripe.v1.payment_methods.attach("pm_card_visa", params={"customer": customer}).id
    stripe.v1.payment_methods.detach(card)
    assert _cards(stripe, customer) == []
    with pytest.raises(sdk.InvalidRequestError, match="detached"):
        _charge(stripe, customer, card)
    with pytest.raises(sdk.InvalidRequestError, match="detached"):
        stripe.v1.payment_methods.attach(card, params={"customer": customer})


def test_a_card_of_somebody_else_cannot_be_charged(stripe: StripeClient, customer: str) -> None:
    card = stripe.v1.payment_methods.attach("pm_card_visa", params={"customer": customer}).id
    other = stripe.v1.customers.create(params={}).id
    with pytest.raises(sdk.InvalidRequestError, match="attached to the customer"):
        _charge(stripe, other, card)


def test_a_canceled_setup_saves_nothing(stripe: StripeClient, customer: str) -> None:
    setup = stripe.v1.setup_intents.create(params={"customer": customer})
    assert stripe.v1.setup_intents.cancel(setup.id).status == "canceled"
    with pytest.raises(sdk.InvalidRequestError, match="canceled"):
        stripe.v1.setup_intents.confirm(setup.id, params={"payment_method": "pm_card_visa"})
