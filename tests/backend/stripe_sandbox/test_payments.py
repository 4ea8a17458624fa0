"""Paying: the hosted page, magic cards, the bank's page, refunds, transfers, the balance."""

from __future__ import annotations

import httpx
import pytest
import stripe as sdk
from stripe import StripeClient

from tests.backend.stripe_sandbox.conftest import checkout
from tests.sandbox_process import Sandbox

pytestmark = pytest.mark.sandbox
DAY = 86_400
TO_THE_BANK = "4000002500003155"


def _types(stripe: StripeClient) -> list[str]:
    return [event.type for event in stripe.v1.events.list(params={"limit": 100}).data][::-1]


def test_a_session_has_no_intent_until_somebody_pays(
    sandbox: Sandbox, stripe: StripeClient
) -> None:
    session = checkout(stripe)
    assert (session.status, session.payment_status, session.payment_intent) == (
        "open",
        "unpaid",
        None,
    )
    paid = sandbox.pay(session.id)
    assert paid["payment_intent"]["amount_received"] == 2000
    assert paid["payment_intent"]["metadata"] == {"topup_id": "1"}
    session = stripe.v1.checkout.sessions.retrieve(session.id)
    assert (session.status, session.payment_status) == ("complete", "paid")
    assert _types(stripe) == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "charge.updated",
        "checkout.session.completed",
    ]


def test_paying_twice_charges_once(sandbox: Sandbox, stripe: StripeClient) -> None:
    session = checkout(stripe)
    sandbox.pay(session.id)
    with pytest.raises(httpx.HTTPStatusError):
        sandbox.pay(session.id)
    assert len(stripe.v1.charges.list().data) == 1


@pytest.mark.parametrize(
    ("card", "code", "decline"),
    [
        ("4000000000000002", "card_declined", "generic_decline"),
        ("4000000000009995", "card_declined", "insufficient_funds"),
        ("4000000000009987", "card_declined", "lost_card"),
        ("4000000000000069", "expired_card", None),
        ("4000000000000127", "incorrect_cvc", None),
        ("1234", "incorrect_number", None),
    ],
)
def test_a_refused_card_takes_nothing_and_the_page_stays_open(
    sandbox: Sandbox, stripe: StripeClient, card: str, code: str, decline: str | None
) -> None:
    session = checkout(stripe)
    refused = sandbox.pay(session.id, card)["payment_intent"]
    assert refused["status"] == "requires_payment_method"
    assert refused["last_payment_error"]["code"] == code
    assert refused["last_payment_error"].get("decline_code") == decline
    assert stripe.v1.balance_transactions.list().data == []
    assert _types(stripe)[1:] == ["charge.failed", "payment_intent.payment_failed"]

    again = sandbox.pay(session.id)["payment_intent"]
    assert (again["id"], again["status"]) == (refused["id"], "succeeded")


def test_the_bank_can_say_yes_or_no(sandbox: Sandbox, stripe: StripeClient) -> None:
    session = checkout(stripe)
    intent = sandbox.pay(session.id, TO_THE_BANK)["payment_intent"]
    assert intent["status"] == "requires_action"
    assert stripe.v1.balance_transactions.list().data == []

    sandbox.bank(intent["id"], approve=False)
    assert stripe.v1.payment_intents.retrieve(intent["id"]).status == "requires_payment_method"

    sandbox.pay(session.id, TO_THE_BANK)
    sandbox.bank(intent["id"], approve=True)
    assert stripe.v1.payment_intents.retrieve(intent["id"]).status == "succeeded"
    assert stripe.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_an_abandoned_session_expires_after_a_day(sandbox: Sandbox, stripe: StripeClient) -> None:
    session = checkout(stripe)
    intent = sandbox.pay(session.id, TO_THE_BANK)["payment_intent"]["id"]
    sandbox.advance(DAY + 1)
    assert stripe.v1.checkout.sessions.retrieve(session.id).status == "expired"
    assert stripe.v1.payment_intents.retrieve(intent).status == "canceled"
    assert _types(stripe)[-2:] == ["payment_intent.canceled", "checkout.session.expired"]


def test_the_pay_page_works_in_a_browser_without_scripts(
    sandbox: Sandbox, stripe: StripeClient
) -> None:
    session = checkout(stripe)
    page = httpx.get(session.url)
    assert page.status_code == 200
    assert "$20.00" in page.text
    assert "<script" not in page.text
    refused = httpx.post(session.url, data={"number": "4000 0000 0000 0002"})
    assert refused.status_code == 402
    assert "declined" in refused.text
    paid = httpx.post(session.url, data={"number": "4242 4242 4242 4242"})
    assert paid.status_code == 303
    assert paid.headers["location"].endswith(f"/wallet/return/?cs={session.id}")


def test_the_bank_page_leads_back_to_the_shop(sandbox: Sandbox, stripe: StripeClient) -> None:
    session = checkout(stripe)
    asked = httpx.post(session.url, data={"number": TO_THE_BANK})
    bank = asked.headers["location"]
    assert "Is this you" in httpx.get(bank).text
    done = httpx.post(bank, data={"answer": "approve"})
    assert done.headers["location"].endswith(session.id)


def test_text_of_the_shop_is_escaped_on_the_page(stripe: StripeClient) -> None:
    price = {
        "currency": "usd",
        "unit_amount": 500,
        "product_data": {"name": "<script>alert(1)</script>"},
    }
    session = checkout(stripe, line_items=[{"price_data": price, "quantity": 1}])
    assert "<script>" not in httpx.get(session.url).text


def test_a_charge_settles_after_two_days_less_the_fee(
    sandbox: Sandbox, stripe: StripeClient
) -> None:
    sandbox.pay(checkout(stripe).id)
    balance = stripe.v1.balance.retrieve()
    assert (balance.pending[0].amount, balance.available[0].amount) == (1912, 0)
    sandbox.advance(2 * DAY)
    balance = stripe.v1.balance.retrieve()
    assert (balance.pending[0].amount, balance.available[0].amount) == (0, 1912)


def test_a_refund_never_gives_back_more_than_was_taken(stripe: StripeClient, paid: str) -> None:
    stripe.v1.refunds.create(params={"payment_intent": paid, "amount": 1500})
    with pytest.raises(sdk.InvalidRequestError, match="greater than unrefunded"):
        stripe.v1.refunds.create(params={"payment_intent": paid, "amount": 501})
    stripe.v1.refunds.create(params={"payment_intent": paid})
    with pytest.raises(sdk.InvalidRequestError, match="already been refunded"):
        stripe.v1.refunds.create(params={"payment_intent": paid})
    assert stripe.v1.balance.retrieve().available[0].amount == 1912 - 2000


def test_transfers_need_an_able_account_and_available_money(
    sandbox: Sandbox, stripe: StripeClient, paid: str
) -> None:
    account = stripe.v1.accounts.create(
        params={"type": "express", "capabilities": {"transfers": {"requested": True}}}
    )

    def transfer(cents: int) -> sdk.Transfer:
        return stripe.v1.transfers.create(
            params={
                "amount": cents,
                "currency": "usd",
                "destination": account.id,
                "transfer_group": "payout_1",
            }
        )

    with pytest.raises(sdk.InvalidRequestError, match="capabilities"):
        transfer(100)
    sandbox.order(f"accounts/{account.id}/onboard", complete=True)
    with pytest.raises(sdk.InvalidRequestError) as short:
        transfer(1913)
    assert short.value.code == "balance_insufficient"

    sent = transfer(1912)
    assert stripe.v1.transfers.list(params={"transfer_group": "payout_1"}).data[0].id == sent.id
    stripe.v1.transfers.reversals.create(sent.id, params={"amount": 12})
    assert stripe.v1.transfers.retrieve(sent.id).amount_reversed == 12
    assert stripe.v1.balance.retrieve().available[0].amount == 12


def test_a_saved_card_that_needs_the_bank_is_refused_off_session(stripe: StripeClient) -> None:
    with pytest.raises(sdk.CardError) as refusal:
        stripe.v1.payment_intents.create(
            params={
                "amount": 500,
                "currency": "usd",
                "payment_method": "pm_card_authenticationRequired",
                "confirm": True,
                "off_session": True,
            }
        )
    assert refusal.value.code == "authentication_required"


def test_a_declined_intent_keeps_what_was_written_about_it(stripe: StripeClient) -> None:
    with pytest.raises(sdk.CardError) as refusal:
        stripe.v1.payment_intents.create(
            params={
                "amount": 500,
                "currency": "usd",
                "payment_method": "pm_card_visa_chargeDeclined",
                "confirm": True,
            }
        )
    intent = refusal.value.json_body["error"]["payment_intent"]["id"]
    assert stripe.v1.payment_intents.retrieve(intent).status == "requires_payment_method"
    assert stripe.v1.charges.list(params={"payment_intent": intent}).data[0].status == "failed"
