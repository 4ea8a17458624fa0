"""Disputes of charges: inquiries, chargebacks, evidence, and how they end.

An inquiry (``warning_…``) moves no money. A chargeback takes the amount and a fee from the
platform at once; a won one gives the amount back.
"""

from __future__ import annotations

from typing import Any

from backend.stripe_sandbox import errors
from backend.stripe_sandbox.acts import balances, fraud_warnings, reviews
from backend.stripe_sandbox.acts.customers import merged
from backend.stripe_sandbox.store import Body
from backend.stripe_sandbox.world import DAY_SECONDS, World

FEE_CENTS = 1500
RESPONSE_SECONDS = 9 * DAY_SECONDS
INQUIRY_CLOSES_SECONDS = 120 * DAY_SECONDS
EVIDENCE_CHARS_MAX = 150_000
FILES = (
    "cancellation_policy",
    "customer_communication",
    "customer_signature",
    "duplicate_charge_documentation",
    "receipt",
    "refund_policy",
    "service_documentation",
    "shipping_documentation",
    "uncategorized_file",
)
TEXTS = (
    "access_activity_log",
    "billing_address",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_tracking_number",
    "uncategorized_text",
)
REASONS = (
    "credit_not_processed",
    "duplicate",
    "fraudulent",
    "general",
    "product_not_received",
    "product_unacceptable",
    "subscription_canceled",
    "unrecognized",
)
_ANSWERABLE = ("needs_response", "warning_needs_response")
_FINAL = ("won", "lost", "warning_closed", "prevented")
# As in Stripe's test mode: this text as ``uncategorized_text`` decides the case at once.
_MAGIC = {
    "winning_evidence": "won",
    "losing_evidence": "lost",
    "escalate_inquiry_evidence": "escalated",
}


def open_case(world: World, charge: Body, *, reason: str, inquiry: bool, **more: Any) -> Body:
    """The bank asks (``inquiry``) or takes the money back.

    ``more``: ``amount`` (cents; default what is not refunded), ``due_in`` (seconds).

    :raises errors.ApiError: 400, there is no such money in this charge, or an unknown reason.
    """
    left = charge["amount"] - charge["amount_refunded"]
    amount = int(more.get("amount") or left)
    if charge["status"] != "succeeded" or not 0 < amount <= charge["amount"]:
        raise errors.refused(f"Charge {charge['id']} cannot be disputed by {amount}.")
    if reason not in REASONS:
        raise errors.malformed(f"reason must be one of {REASONS}.", "reason", "parameter_invalid")
    due_in = float(more.get("due_in") or RESPONSE_SECONDS)
    dispute = _blank(world, charge, amount=amount, reason=reason, due_by=world.now() + int(due_in))
    _mark(dispute, "warning_needs_response" if inquiry else "needs_response")
    world.store.add("dispute", dispute)
    world.later(due_in, "dispute_due", dispute["id"])
    if inquiry:
        world.later(INQUIRY_CLOSES_SECONDS, "inquiry_closes", dispute["id"])
        world.announce("charge.dispute.created", dispute)
        return dispute
    charge["disputed"] = True
    world.store.put(charge)
    world.announce("charge.dispute.created", dispute)
    withdraw(world, dispute)
    fraud_warnings.settle(world, charge)
    reviews.settle(world, charge, "disputed")
    return dispute


def withdraw(world: World, dispute: Body) -> None:
    """Take the disputed amount and the fee from the platform's balance."""
    _move(world, dispute, amount=-dispute["amount"], fee=FEE_CENTS, category="dispute")
    world.announce("charge.dispute.funds_withdrawn", dispute)


def _move(world: World, dispute: Body, *, amount: int, fee: int, category: str) -> None:
    word = "withdrawal" if amount < 0 else "reversal"
    moved = balances.record(
        world,
        "adjustment",
        dispute,
        amount=amount,
        fee=fee,
        fee_title="Dispute fee",
        category=category,
        description=f"Chargeback {word} for {dispute['charge']}",
    )
    dispute["balance_transactions"] = [
        *dispute["balance_transactions"],
        {**moved, "status": "available"},
    ]
    world.store.put(dispute)


def _mark(dispute: Body, status: str) -> None:
    card = dispute["payment_method_details"]["card"]
    card["case_type"] = "inquiry" if status.startswith("warning") else "chargeback"
    dispute["status"] = status
    dispute["is_charge_refundable"] = status in ("warning_needs_response", "warning_under_review")


def finish(world: World, dispute: Body, outcome: str, *, fee_returned: bool = False) -> Body:
    """The bank decides: ``won``, ``lost``, ``escalated``, ``warning_closed`` or ``prevented``.

    :raises errors.ApiError: 400, a case like this cannot end so.
    """
    is_inquiry = dispute["status"].startswith("warning")
    possible = ("escalated", "warning_closed", "prevented") if is_inquiry else ("won", "lost")
    if dispute["status"] in _FINAL or outcome not in possible:
        raise errors.refused(f"A dispute that is {dispute['status']} cannot be {outcome}.")
    if outcome == "escalated":
        return _escalate(world, dispute)
    _mark(dispute, outcome)
    world.store.put(dispute)
    if outcome == "won":
        fee = -FEE_CENTS if fee_returned else 0
        amount = dispute["amount"]
        _move(world, dispute, amount=amount, fee=fee, category="dispute_reversal")
        world.announce("charge.dispute.funds_reinstated", dispute)
    world.announce("charge.dispute.closed", dispute)
    return dispute


def _escalate(world: World, dispute: Body) -> Body:
    before = {"status": dispute["status"]}
    _mark(dispute, "needs_response")
    dispute["evidence_details"].update(
        due_by=world.now() + RESPONSE_SECONDS, past_due=False, submission_count=0
    )
    world.store.put(dispute)
    world.later(RESPONSE_SECONDS, "dispute_due", dispute["id"])
    charge = world.need("charge", dispute["charge"])
    world.store.put({**charge, "disputed": True})
    world.announce("charge.dispute.updated", dispute, before)
    withdraw(world, dispute)
    return dispute


def grow_overdue(world: World, dispute_id: str) -> None:
    """The day to answer by has passed: a chargeback that nobody answered is lost."""
    dispute = world.need("dispute", dispute_id)
    details = dispute["evidence_details"]
    if dispute["status"] not in _ANSWERABLE or details["due_by"] > world.now():
        return
    details["past_due"] = True
    world.store.put(dispute)
    world.announce("charge.dispute.updated", dispute, {"evidence_details": {"past_due": False}})
    if dispute["status"] == "needs_response":
        finish(world, dispute, "lost")


def close_inquiry(world: World, dispute_id: str) -> None:
    """An inquiry that went no further for 120 days is over."""
    dispute = world.need("dispute", dispute_id)
    if dispute["status"].startswith("warning") and dispute["status"] != "warning_closed":
        finish(world, dispute, "warning_closed")


def retrieve(world: World, asked: dict[str, Any], dispute: str) -> Body:
    """GET /v1/disputes/{id}."""
    return world.need("dispute", dispute)


def update(world: World, asked: dict[str, Any], dispute: str) -> Body:
    """POST /v1/disputes/{id}: stage evidence, and send it unless ``submit=false``.

    :raises errors.ApiError: 400, the case takes no evidence any more, or it is too long.
    """
    found = world.need("dispute", dispute)
    found["metadata"] = merged(found["metadata"], asked.get("metadata"))
    if "evidence" in asked or asked.get("submit"):
        _check_evidence(world, found, asked.get("evidence", {}))
        found["evidence"].update({n: v or None for n, v in asked.get("evidence", {}).items()})
        staged = any(found["evidence"][name] for name in (*FILES, *TEXTS))
        found["evidence_details"]["has_evidence"] = staged
        if asked.get("submit", True):
            return _submit(world, found)
    world.store.put(found)
    world.announce("charge.dispute.updated", found, {})
    return found


def _check_evidence(world: World, dispute: Body, evidence: dict[str, Any]) -> None:
    if dispute["status"] not in _ANSWERABLE or dispute["evidence_details"]["past_due"]:
        raise errors.refused(
            f"This dispute is {dispute['status']}: its evidence can no longer be changed.",
            "dispute_evidence_not_accepted",
        )
    for name in FILES:
        if evidence.get(name):
            world.need("file", evidence[name], f"evidence[{name}]")
    kept = {**dispute["evidence"], **evidence}
    if sum(len(kept[name] or "") for name in TEXTS) > EVIDENCE_CHARS_MAX:
        raise errors.refused(
            "The combined character count of evidence exceeds the 150,000 maximum.",
            "parameter_invalid",
            "evidence",
        )


def _submit(world: World, dispute: Body) -> Body:
    before = {"status": dispute["status"]}
    inquiry = dispute["status"].startswith("warning")
    _mark(dispute, "warning_under_review" if inquiry else "under_review")
    dispute["evidence_details"]["submission_count"] += 1
    dispute["evidence_details"]["submission_method"] = "manual"
    world.store.put(dispute)
    world.announce("charge.dispute.updated", dispute, before)
    decided = _MAGIC.get(dispute["evidence"]["uncategorized_text"] or "")
    if decided and (decided == "escalated") == inquiry:
        finish(world, dispute, decided)
    return dispute


def close(world: World, asked: dict[str, Any], dispute: str) -> Body:
    """POST /v1/disputes/{id}/close: we give in; it is lost for good."""
    found = world.need("dispute", dispute)
    return finish(world, found, "lost")


def _blank(world: World, charge: Body, *, amount: int, reason: str, due_by: int) -> Body:
    brand = charge["payment_method_details"]["card"]["brand"]
    code = "10.4" if reason == "fraudulent" else "13.1"
    return {
        "id": world.new_id("du"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": world.now(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {
            **dict.fromkeys((*FILES, *TEXTS)),
            "appeal": None,
            "customer_email_address": charge["receipt_email"],
            "enhanced_evidence": {},
        },
        "evidence_details": {
            "due_by": due_by,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "intended_submission_method": None,
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "network_reason_code": code,
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": {
                "brand": brand,
                "case_type": "chargeback",
                "network": brand,
                "network_reason_code": code,
            },
            "type": "card",
        },
        "reason": reason,
        "status": "needs_response",
    }
