"""Refunds: money back to the card, never more than was taken."""

from __future__ import annotations

from typing import Any

from backend.stripe_sandbox import errors
from backend.stripe_sandbox.acts import balances
from backend.stripe_sandbox.store import Body
from backend.stripe_sandbox.world import World


def create(world: World, asked: dict[str, Any]) -> Body:
    """POST /v1/refunds of a ``charge`` or ``payment_intent``, whole or in part."""
    charge = _charge(world, asked)
    left = charge["amount"] - charge["amount_refunded"]
    amount = asked.get("amount", left)
    _check(charge, amount, left)
    refund = {
        "id": world.new_id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": world.now(),
        "currency": charge["currency"],
        "destination_details": {"type": "card", "card": _destination()},
        "metadata": asked.get("metadata", {}),
        "payment_intent": charge["payment_intent"],
        "reason": asked.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }
    settled = balances.record(world, "refund", refund, amount=-amount)
    refund["balance_transaction"] = settled["id"]
    world.store.add("refund", refund)
    before = {"amount_refunded": charge["amount_refunded"]}
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    world.store.put(charge)
    world.announce("refund.created", refund)
    world.announce("charge.refunded", charge, before)
    world.announce("refund.updated", refund, {})
    return refund


def _destination() -> Body:
    return {
        "reference_status": "pending",
        "reference_type": "acquirer_reference_number",
        "type": "refund",
    }


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


def _check(charge: Body, amount: int, left: int) -> None:
    if charge["status"] != "succeeded":
        raise errors.refused("This charge was not successful.", "charge_not_refundable")
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
