"""Paying readers: transfers, reversals, balances, payouts, and everything that goes wrong."""

from __future__ import annotations

from typing import Any

import pytest
import stripe as sdk
from stripe import StripeClient

from tests.backend.stripe_sandbox.conftest import checkout
from tests.sandbox_process import Sandbox

pytestmark = pytest.mark.sandbox
DAY = 86_400


def _send(
    stripe: StripeClient, reader: str, cents: int, group: str = "payout_1", **options: Any
) -> sdk.Transfer:
    return stripe.v1.transfers.create(
        params={
            "amount": cents,
            "currency": "usd",
            "destination": reader,
            "transfer_group": group,
            "metadata": {"payout_id": group},
        },
        options=options,  # type: ignore[arg-type]
    )


def _own(reader: str) -> Any:
    return {"stripe_account": reader}


def _balance(stripe: StripeClient, **options: Any) -> int:
    return stripe.v1.balance.retrieve(options=options).available[0].amount  # type: ignore[arg-type]


def test_a_transfer_moves_money_between_two_balances(
    sandbox: Sandbox, stripe: StripeClient, reader: str
) -> None:
    sandbox.fund(10_000)
    sent = _send(stripe, reader, 8410)
    assert (_balance(stripe), _balance(stripe, stripe_account=reader)) == (1590, 8410)
    told = stripe.v1.balance_transactions.list(params={"source": sent.id}).data[0]
    assert (told.type, told.amount, told.fee, told.net) == ("transfer", -8410, 0, -8410)
    assert told.id == sent.balance_transaction
    theirs = stripe.v1.balance_transactions.list(options=_own(reader)).data
    assert [(one.type, one.net, one.source) for one in theirs] == [
        ("payment", 8410, sent.destination_payment)
    ]


def test_too_little_money_moves_nothing(
    sandbox: Sandbox, stripe: StripeClient, reader: str
) -> None:
    sandbox.fund(1000)
    with pytest.raises(sdk.InvalidRequestError) as refusal:
        _send(stripe, reader, 1001)
    assert refusal.value.code == "balance_insufficient"
    assert (stripe.v1.transfers.list().data, _balance(stripe)) == ([], 1000)


@pytest.mark.parametrize("kind", ["500_after", "hang_after", "reset_after"])
def test_an_unknown_outcome_is_found_by_its_group(
    sandbox: Sandbox, stripe: StripeClient, reader: str, kind: str
) -> None:
    sandbox.fund(5000)
    sandbox.fault(kind, "POST /v1/transfers", seconds=2)
    with pytest.raises(sdk.StripeError):
        _send(sandbox.client(seconds=0.5), reader, 5000, idempotency_key="payout:1:a1")
    found = stripe.v1.transfers.list(params={"transfer_group": "payout_1"}).data
    assert [one.metadata["payout_id"] for one in found] == ["payout_1"]
    assert _balance(stripe) == 0


def test_the_same_key_sends_once_and_repeats_a_500(
    sandbox: Sandbox, stripe: StripeClient, reader: str
) -> None:
    sandbox.fund(5000)
    first = _send(stripe, reader, 1000, idempotency_key="k")
    assert _send(stripe, reader, 1000, idempotency_key="k").id == first.id
    sandbox.fault("500_before", "POST /v1/transfers")
    for _ in range(2):
        with pytest.raises(sdk.APIError):
            _send(stripe, reader, 1000, "payout_2", idempotency_key="k2")
    assert stripe.v1.transfers.list(params={"transfer_group": "payout_2"}).data == []
    sandbox.fault("409_in_progress", "POST /v1/transfers")
    with pytest.raises(sdk.APIError) as busy:
        _send(stripe, reader, 1000, "payout_3", idempotency_key="k3")
    said: Any = busy.value.json_body
    assert said["error"]["code"] == "idempotency_key_in_use"
    assert _balance(stripe) == 4000


def test_a_reversal_takes_no_more_than_the_reader_has(
    sandbox: Sandbox, stripe: StripeClient, reader: str
) -> None:
    sandbox.fund(5000)
    sent = _send(stripe, reader, 5000)
    stripe.v1.payouts.create(params={"amount": 4000, "currency": "usd"}, options=_own(reader))
    with pytest.raises(sdk.InvalidRequestError) as refusal:
        stripe.v1.transfers.reversals.create(sent.id, params={"amount": 1001})
    assert refusal.value.code == "balance_insufficient"
    back = stripe.v1.transfers.reversals.create(sent.id, params={"amount": 1000})
    assert stripe.v1.transfers.reversals.retrieve(sent.id, back.id).amount == 1000
    assert (_balance(stripe), _balance(stripe, stripe_account=reader)) == (1000, 0)
    with pytest.raises(sdk.InvalidRequestError, match="greater than unreversed"):
        stripe.v1.transfers.reversals.create(sent.id, params={"amount": 4001})


def test_stripe_itself_can_take_a_transfer_back(
    sandbox: Sandbox, stripe: StripeClient, reader: str
) -> None:
    sandbox.fund(5000)
    sent = _send(stripe, reader, 5000)
    stripe.v1.payouts.create(params={"amount": 5000, "currency": "usd"}, options=_own(reader))
    sandbox.reverse(sent.id)
    found = stripe.v1.transfers.retrieve(sent.id)
    assert (found.reversed, found.amount_reversed) == (True, 5000)
    assert found.reversals.data[0].amount == 5000
    assert (_balance(stripe), _balance(stripe, stripe_account=reader)) == (5000, -5000)
    assert stripe.v1.events.list(params={"type": "transfer.reversed"}).data


def test_a_restricted_reader_is_not_paid(
    sandbox: Sandbox, stripe: StripeClient, reader: str
) -> None:
    sandbox.fund(5000)
    sandbox.require(reader, add=["external_account"])
    with pytest.raises(sdk.InvalidRequestError) as refusal:
        _send(stripe, reader, 100)
    assert refusal.value.code == "insufficient_capabilities_for_transfer"
    assert _balance(stripe) == 5000


def test_a_payout_to_the_bank_arrives_after_two_days(
    sandbox: Sandbox, stripe: StripeClient
) -> None:
    sandbox.fund(5000)
    payout = stripe.v1.payouts.create(params={"amount": 3000, "currency": "usd"})
    assert (payout.status, _balance(stripe)) == ("pending", 2000)
    sandbox.advance(2 * DAY)
    assert stripe.v1.payouts.retrieve(payout.id).status == "paid"
    types = [event.type for event in stripe.v1.events.list(params={"type": "payout.*"}).data]
    assert types == ["payout.paid", "payout.created"]


@pytest.mark.parametrize("outcome", ["failed", "canceled"])
def test_a_payout_that_comes_back_is_in_the_balance_again(
    sandbox: Sandbox, stripe: StripeClient, reader: str, outcome: str
) -> None:
    sandbox.fund(5000)
    _send(stripe, reader, 5000)
    own = _own(reader)
    payout = stripe.v1.payouts.create(params={"amount": 5000, "currency": "usd"}, options=own)
    sandbox.order(f"payouts/{payout.id}/end", status=outcome)
    assert _balance(stripe, stripe_account=reader) == 5000
    event = stripe.v1.events.list(params={"type": f"payout.{outcome}"}, options=own).data[0]
    assert event.account == reader
    with pytest.raises(sdk.InvalidRequestError):
        stripe.v1.payouts.retrieve(payout.id)


def test_the_balance_is_the_sum_of_its_transactions(
    sandbox: Sandbox, stripe: StripeClient, reader: str, paid: str
) -> None:
    sandbox.fund(9000)
    sent = _send(stripe, reader, 3000)
    sandbox.reverse(sent.id, amount=500)
    stripe.v1.refunds.create(params={"payment_intent": paid, "amount": 700})
    sandbox.decide(sandbox.dispute(paid)["id"], "won")
    payout = stripe.v1.payouts.create(params={"amount": 1000, "currency": "usd"})
    sandbox.order(f"payouts/{payout.id}/end", status="failed")
    moved = list(stripe.v1.balance_transactions.list(params={"limit": 3}).auto_paging_iter())
    assert sum(one.net for one in moved) == _balance(stripe)
    assert {one.type for one in moved} == {
        *("adjustment", "charge", "payout", "payout_failure", "refund", "topup"),
        *("transfer", "transfer_refund"),
    }


def test_lists_are_cut_by_time(sandbox: Sandbox, stripe: StripeClient, reader: str) -> None:
    sandbox.fund(5000)
    first = _send(stripe, reader, 100)
    now = sandbox.advance(DAY)
    second = _send(stripe, reader, 100)
    for created, expected in (
        ({"lt": now}, [first.id]),
        ({"gte": now}, [second.id]),
        ({"gt": first.created, "lte": second.created}, [second.id]),
        (first.created, [first.id]),
    ):
        asked: Any = {"created": created, "destination": reader}
        assert [one.id for one in stripe.v1.transfers.list(params=asked).data] == expected


def test_events_are_kept_for_thirty_days(sandbox: Sandbox, stripe: StripeClient) -> None:
    sandbox.fund(100)
    assert len(stripe.v1.events.list().data) == 1
    sandbox.advance(30 * DAY + 60)
    assert stripe.v1.events.list().data == []


def test_the_minimum_balance_can_be_set(stripe: StripeClient) -> None:
    wanted: Any = {"payments": {"payouts": {"minimum_balance_by_currency": {"usd": 50_000}}}}
    stripe.v1.balance_settings.update(params=wanted)
    kept: Any = stripe.v1.balance_settings.retrieve()
    assert kept.payments.payouts.minimum_balance_by_currency["usd"] == 50_000


@pytest.mark.parametrize("by_itself", [True, False])
def test_settled_money_is_told_of(sandbox: Sandbox, stripe: StripeClient, by_itself: bool) -> None:
    sandbox.pay(checkout(stripe).id)
    if by_itself:
        sandbox.advance(2 * DAY)
    else:
        sandbox.order("balance/settle")
    assert _balance(stripe) == 1912
    assert stripe.v1.balance_transactions.list().data[0].status == "available"
    (told,) = stripe.v1.events.list(params={"type": "balance.available"}).data
    assert told.data.object["available"][0]["amount"] == 1912
