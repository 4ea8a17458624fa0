"""Disputes over the real SDK: inquiries, chargebacks, evidence, warnings, and what they cost."""

from __future__ import annotations

import io
import json
from typing import Any

import httpx
import pytest
import stripe as sdk
from stripe import StripeClient

from tests.backend.stripe_sandbox import sdk_types
from tests.backend.stripe_sandbox.conftest import checkout
from tests.sandbox_process import Sandbox

pytestmark = pytest.mark.sandbox
DAY = 86_400
SENT: Any = {"evidence": {"uncategorized_text": "They talked for 20 minutes."}}


def _types(stripe: StripeClient, prefix: str = "charge.dispute.*") -> list[str]:
    found = stripe.v1.events.list(params={"type": prefix, "limit": 100}).data
    return [event.type.removeprefix(prefix[:-1]) for event in found][::-1]


def _balance(stripe: StripeClient) -> int:
    return stripe.v1.balance.retrieve().available[0].amount


def test_a_chargeback_takes_the_amount_and_a_fee(
    sandbox: Sandbox, stripe: StripeClient, paid: str
) -> None:
    case = stripe.v1.disputes.retrieve(sandbox.dispute(paid)["id"])
    assert (case.status, case.amount, case.reason) == ("needs_response", 2000, "fraudulent")
    assert (case.evidence_details.due_by or 0) - case.created == 9 * DAY
    (withdrawn,) = case.balance_transactions
    assert (withdrawn.type, withdrawn.amount, withdrawn.fee) == ("adjustment", -2000, 1500)
    assert withdrawn.reporting_category == "dispute"
    assert _balance(stripe) == 1912 - 3500
    assert _types(stripe) == ["created", "funds_withdrawn"]
    assert stripe.v1.charges.retrieve(str(case.charge)).disputed


@pytest.mark.parametrize(("returned", "left"), [(False, 1912 - 1500), (True, 1912)])
def test_a_won_case_gives_the_money_back(
    sandbox: Sandbox, stripe: StripeClient, paid: str, returned: bool, left: int
) -> None:
    case = sandbox.dispute(paid)["id"]
    assert stripe.v1.disputes.update(case, params=SENT).status == "under_review"
    sandbox.decide(case, "won", fee_returned=returned)
    won = stripe.v1.disputes.retrieve(case)
    assert (won.status, len(won.balance_transactions)) == ("won", 2)
    assert won.balance_transactions[1].reporting_category == "dispute_reversal"
    assert _balance(stripe) == left
    ended = ["updated", "funds_reinstated", "closed"]
    assert _types(stripe) == ["created", "funds_withdrawn", *ended]
    with pytest.raises(httpx.HTTPStatusError):
        sandbox.decide(case, "lost")


def test_a_lost_case_moves_nothing_more(sandbox: Sandbox, stripe: StripeClient, paid: str) -> None:
    case = sandbox.dispute(paid)["id"]
    assert stripe.v1.disputes.close(case).status == "lost"
    assert _balance(stripe) == 1912 - 3500
    assert _types(stripe)[-1] == "closed"
    with pytest.raises(sdk.InvalidRequestError, match="charged back"):
        stripe.v1.refunds.create(params={"payment_intent": paid})


def test_an_unanswered_case_is_lost_after_its_day(
    sandbox: Sandbox, stripe: StripeClient, paid: str
) -> None:
    case = sandbox.dispute(paid, due_in=DAY)["id"]
    sandbox.advance(DAY - 60)
    assert stripe.v1.disputes.retrieve(case).status == "needs_response"
    sandbox.advance(120)
    found = stripe.v1.disputes.retrieve(case)
    assert (found.status, found.evidence_details.past_due) == ("lost", True)


def test_an_inquiry_moves_nothing_until_it_grows(
    sandbox: Sandbox, stripe: StripeClient, paid: str
) -> None:
    case = sandbox.dispute(paid, inquiry=True)["id"]
    asked = stripe.v1.disputes.retrieve(case)
    assert (asked.status, asked.balance_transactions) == ("warning_needs_response", [])
    assert asked.is_charge_refundable
    assert _balance(stripe) == 1912
    sandbox.decide(case, "escalated")
    grown = stripe.v1.disputes.retrieve(case)
    assert (grown.status, len(grown.balance_transactions)) == ("needs_response", 1)
    assert _types(stripe) == ["created", "updated", "funds_withdrawn"]


def test_an_inquiry_that_goes_no_further_is_closed(
    sandbox: Sandbox, stripe: StripeClient, paid: str
) -> None:
    case = sandbox.dispute(paid, inquiry=True)["id"]
    assert stripe.v1.disputes.update(case, params=SENT).status == "warning_under_review"
    sandbox.advance(120 * DAY)
    assert stripe.v1.disputes.retrieve(case).status == "warning_closed"
    assert _balance(stripe) == 1912


def test_evidence_can_be_staged_and_is_sent_once(
    sandbox: Sandbox, stripe: StripeClient, paid: str
) -> None:
    case = sandbox.dispute(paid)["id"]
    staged = stripe.v1.disputes.update(case, params={**SENT, "submit": False})
    assert (staged.status, staged.evidence_details.has_evidence) == ("needs_response", True)
    sent = stripe.v1.disputes.update(case, params={"submit": True})
    assert (sent.status, sent.evidence_details.submission_count) == ("under_review", 1)
    with pytest.raises(sdk.InvalidRequestError, match="no longer"):
        stripe.v1.disputes.update(case, params=SENT)


def test_evidence_has_stripes_limits(sandbox: Sandbox, stripe: StripeClient, paid: str) -> None:
    case = sandbox.dispute(paid)["id"]
    for evidence in ({"uncategorized_text": "x" * 150_001}, {"receipt": "file_none"}):
        with pytest.raises(sdk.InvalidRequestError):
            stripe.v1.disputes.update(case, params={"evidence": evidence})  # type: ignore[typeddict-item]
    with pytest.raises(sdk.InvalidRequestError, match="PDF"):
        stripe.v1.files.create(params={"file": io.BytesIO(b"MZ"), "purpose": "dispute_evidence"})
    assert stripe.v1.disputes.retrieve(case).status == "needs_response"


@pytest.mark.parametrize(
    ("text", "status"), [("winning_evidence", "won"), ("losing_evidence", "lost")]
)
def test_magic_evidence_decides_at_once(
    sandbox: Sandbox, stripe: StripeClient, paid: str, text: str, status: str
) -> None:
    case = sandbox.dispute(paid)["id"]
    evidence: Any = {"evidence": {"uncategorized_text": text}}
    assert stripe.v1.disputes.update(case, params=evidence).status == status


@pytest.mark.parametrize(
    ("card", "statuses", "warnings"),
    [
        ("4000000000000259", ["needs_response"], 0),
        ("4000000000001976", ["warning_needs_response"], 0),
        ("4000000000005423", [], 1),
    ],
)
def test_magic_cards_bring_trouble(
    sandbox: Sandbox, stripe: StripeClient, card: str, statuses: list[str], warnings: int
) -> None:
    intent = sandbox.pay(checkout(stripe).id, card)["payment_intent"]["id"]
    cases = stripe.v1.disputes.list(params={"payment_intent": intent}).data
    assert [case.status for case in cases] == statuses
    about: Any = {"payment_intent": intent}
    assert len(stripe.v1.radar.early_fraud_warnings.list(params=about).data) == warnings


def test_a_warning_can_be_acted_on_until_the_charge_is_refunded(
    sandbox: Sandbox, stripe: StripeClient, paid: str
) -> None:
    warning = sandbox.warn(paid)
    assert warning["actionable"]
    stripe.v1.refunds.create(params={"payment_intent": paid})
    assert not stripe.v1.radar.early_fraud_warnings.retrieve(warning["id"]).actionable
    assert _types(stripe, "radar.early_fraud_warning.*") == ["created", "updated"]


def test_a_refund_that_fails_later_gives_the_money_back(
    sandbox: Sandbox, stripe: StripeClient
) -> None:
    intent = sandbox.pay(checkout(stripe).id, "4000000000005126")["payment_intent"]["id"]
    refund = stripe.v1.refunds.create(params={"payment_intent": intent, "amount": 500})
    assert refund.status == "succeeded"
    sandbox.advance(3 * DAY)
    failed = stripe.v1.refunds.retrieve(refund.id, params={"expand": ["charge"]})
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    assert failed["charge"]["amount_refunded"] == 0
    returned = stripe.v1.balance_transactions.retrieve(str(failed.failure_balance_transaction))
    assert (returned.type, returned.net) == ("refund_failure", 500)
    assert _types(stripe, "refund.*") == ["created", "updated", "updated", "failed"]


def test_a_refund_can_take_its_time(sandbox: Sandbox, stripe: StripeClient) -> None:
    intent = sandbox.pay(checkout(stripe).id, "4000000000007726")["payment_intent"]["id"]
    refund = stripe.v1.refunds.create(params={"payment_intent": intent})
    assert (refund.status, refund.pending_reason) == ("pending", "processing")
    sandbox.order(f"refunds/{refund.id}/end", status="succeeded")
    assert stripe.v1.refunds.retrieve(refund.id).status == "succeeded"


def test_somebody_may_refund_in_the_dashboard(
    sandbox: Sandbox, stripe: StripeClient, paid: str
) -> None:
    sandbox.order(f"charges/{paid}/refund", amount=300)
    assert stripe.v1.refunds.list(params={"payment_intent": paid}).data[0].amount == 300


@pytest.mark.parametrize("why", ["approved", "refunded", "disputed"])
def test_a_review_is_closed_by_a_person_or_by_events(
    sandbox: Sandbox, stripe: StripeClient, paid: str, why: str
) -> None:
    review = stripe.v1.reviews.retrieve(sandbox.order(f"charges/{paid}/review")["id"])
    assert (review.open, review.reason) == (True, "rule")
    assert sdk_types.problems(json.loads(review.last_response.body)) == []  # type: ignore[union-attr]
    if why == "approved":
        stripe.v1.reviews.approve(review.id)
    elif why == "refunded":
        stripe.v1.refunds.create(params={"payment_intent": paid})
    else:
        sandbox.dispute(paid)
    closed = stripe.v1.reviews.retrieve(review.id)
    assert (closed.open, closed.closed_reason) == (False, why)
    assert _types(stripe, "review.*") == ["opened", "closed"]
