"""Refunds: money back to the card, never more than was taken; some arrive late or not at all."""

from __future__ import annotations

from typing import Any

from backend.stripe_sandbox import errors
from backend.stripe_sandbox.acts import balances, fraud_warnings, reviews
from backend.stripe_sandbox.acts.customers import merged
from backend.stripe_sandbox.cards import card_of
from backend.stripe_sandbox.store import Body
from backend.stripe_sandbox.world import DAY_SECONDS, World

OUTCOME_SECONDS = 3 * DAY_SECONDS
FAILURES = ("expired_or_canceled_card", "lost_or_stolen_card", "merchant_request", "unknown")


def create(world: World, asked: dict[str, Any]) -> Body:
    """POST /v1/refunds of a ``charge`` or ``payment_intent``, whole or in part."""
    charge = _charge(world, asked)
    left = charge["amount"] - charge["amount_refunded"]
    amount = asked.get("amount", left)
    _check(world, charge, amount, left)
    later = card_of(world.need("payment_method", charge["payment_method"])["sandbox_number"])
    refund = _blank(world, charge, asked, amount, is_pending=later.refund == "later")
    settled = balances.record(world, "refund", refund, amount=-amount)
    refund["balance_transaction"] = settled["id"]
    world.store.add("refund", refund)
    if later.refund:
        world.later(OUTCOME_SECONDS, f"refund_{later.refund}", refund["id"])
    before = {"amount_refunded": charge["amount_refunded"]}
    _count(world, charge, amount)
    world.announce("refund.created", refund)
    world.announce("charge.refunded", charge, before)
    world.announce("refund.updated", refund, {})
    fraud_warnings.settle(world, charge)
    if charge["refunded"]:
        is_fraud = refund["reason"] == "fraudulent"
        reviews.settle(world, charge, "refunded_as_fraud" if is_fraud else "refunded")
    return refund


def _count(world: World, charge: Body, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    world.store.put(charge)


def _blank(
    world: World, charge: Body, asked: dict[str, Any], amount: int, *, is_pending: bool
) -> Body:
    card = {
        "reference_status": "pending",
        "reference_type": "acquirer_reference_number",
        "type": "refund",
    }
    return {
        "id": world.new_id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": world.now(),
        "currency": charge["currency"],
        "destination_details": {"type": "card", "card": card},
        "metadata": asked.get("metadata", {}),
        "payment_intent": charge["payment_intent"],
        "reason": asked.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending" if is_pending else "succeeded",
        "transfer_reversal": None,
        **({"pending_reason": "processing"} if is_pending else {}),
    }


def finish(world: World, refund: Body, status: str, reason: str = "unknown") -> Body:
    """The bank's last word: ``succeeded``, or ``failed`` and the money is ours again.

    :raises errors.ApiError: 400, it has failed already, or an unknown word.
    """
    if refund["status"] == "failed" or status not in ("succeeded", "failed"):
        raise errors.refused(f"A refund that is {refund['status']} cannot become {status}.")
    before = {"status": refund["status"]}
    refund["status"] = status
    refund.pop("pending_reason", None)
    if status == "failed":
        returned = balances.record(world, "refund_failure", refund, amount=refund["amount"])
        refund["failure_balance_transaction"] = returned["id"]
        refund["failure_reason"] = reason if reason in FAILURES else "unknown"
        _count(world, world.need("charge", refund["charge"]), -refund["amount"])
    world.store.put(refund)
    world.announce("refund.updated", refund, before)
    if status == "failed":
        world.announce("refund.failed", refund)
    world.announce("charge.refund.updated", refund, before)
    return refund


def arrive(world: World, refund_id: str) -> None:
    """A pending refund reaches its card."""
    refund = world.need("refund", refund_id)
    if refund["status"] == "pending":
        finish(world, refund, "succeeded")


def bounce(world: World, refund_id: str) -> None:
    """A refund that seemed to succeed comes back."""
    refund = world.need("refund", refund_id)
    if refund["status"] != "failed":
        finish(world, refund, "failed", "expired_or_canceled_card")


def _charge(world: World, asked: dict[str, Any]) -> Body:
    if asked.get("charge"):
        return world.need("charge", asked["charge"], "charge")
    if not asked.get("payment_intent"):
        raise errors.malformed(
            "One of the following params should be provided: payment_intent or charge.",
            "payment_intent",
            "parameter_missing",
        )
    intent = world.need("payment_intent", asked["payment_intent"], "payment_intent")
    if intent["status"] != "succeeded":
        raise errors.refused(
            "This PaymentIntent does not have a successful charge to refund.",
            "payment_intent_unexpected_state",
        )
    return world.need("charge", intent["latest_charge"])


def _check(world: World, charge: Body, amount: int, left: int) -> None:
    if charge["status"] != "succeeded":
        raise errors.refused("This charge was not successful.", "charge_not_refundable")
    if charge["disputed"]:
        cases = world.store.all("dispute", {"charge": charge["id"]})
        if any(case["status"] != "won" and not case["is_charge_refundable"] for case in cases):
            raise errors.refused(
                f"Charge {charge['id']} has been charged back; cannot issue a refund.",
                "charge_disputed",
            )
    if not left:
        raise errors.refused(
            f"Charge {charge['id']} has already been refunded.", "charge_already_refunded"
        )
    if amount <= 0:
        raise errors.refused("Invalid positive integer", "parameter_invalid_integer", "amount")
    if amount > left:
        raise errors.refused(
            f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})",
            "amount_too_large",
            "amount",
        )


def retrieve(world: World, asked: dict[str, Any], refund: str) -> Body:
    """GET /v1/refunds/{id}."""
    return world.need("refund", refund)


def update(world: World, asked: dict[str, Any], refund: str) -> Body:
    """POST /v1/refunds/{id}: metadata only."""
    found = world.need("refund", refund)
    found["metadata"] = merged(found["metadata"], asked.get("metadata"))
    world.announce("refund.updated", world.store.put(found), {})
    return found
