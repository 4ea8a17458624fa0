"""Transfers to connected accounts and their reversals."""

from __future__ import annotations

from typing import Any

from backend.stripe_sandbox import errors
from backend.stripe_sandbox.acts import accounts, balances
from backend.stripe_sandbox.store import Body
from backend.stripe_sandbox.world import World


def create(world: World, asked: dict[str, Any]) -> Body:
    """POST /v1/transfers, out of the available balance only."""
    destination = world.need("account", asked["destination"], "destination")
    if not accounts.may_receive(destination):
        raise errors.refused(
            "Your destination account needs to have at least one of the following capabilities "
            "enabled: transfers, crypto_transfers, legacy_payments",
            "insufficient_capabilities_for_transfer",
        )
    if asked["amount"] <= 0:
        raise errors.refused("Invalid positive integer", "parameter_invalid_integer", "amount")
    if asked["amount"] > balances.available(world, asked["currency"]):
        raise errors.refused(
            "You have insufficient available funds in your Stripe account.",
            "balance_insufficient",
        )
    transfer_id = world.new_id("tr")
    transfer = {
        "id": transfer_id,
        "object": "transfer",
        "amount": asked["amount"],
        "amount_reversed": 0,
        "balance_transaction": None,
        "created": world.now(),
        "currency": asked["currency"],
        "description": asked.get("description"),
        "destination": destination["id"],
        "destination_payment": world.new_id("py"),
        "livemode": False,
        "metadata": asked.get("metadata", {}),
        "reversals": _list(transfer_id, []),
        "reversed": False,
        "source_transaction": None,
        "source_type": "card",
        "transfer_group": asked.get("transfer_group"),
    }
    settled = balances.record(world, "transfer", transfer, amount=-asked["amount"])
    transfer["balance_transaction"] = settled["id"]
    world.store.add("transfer", transfer)
    world.announce("transfer.created", transfer)
    return transfer


def _list(transfer_id: str, reversals: list[Body]) -> Body:
    return {
        "object": "list",
        "data": reversals,
        "has_more": False,
        "url": f"/v1/transfers/{transfer_id}/reversals",
    }


def retrieve(world: World, asked: dict[str, Any], transfer: str) -> Body:
    """GET /v1/transfers/{id}."""
    return world.need("transfer", transfer)


def reverse(world: World, asked: dict[str, Any], transfer: str) -> Body:
    """POST /v1/transfers/{id}/reversals, up to what is not reversed yet."""
    found = world.need("transfer", transfer)
    left = found["amount"] - found["amount_reversed"]
    amount = asked.get("amount", left)
    if not 0 < amount <= left:
        raise errors.refused("The transfer cannot be reversed by that much.", param="amount")
    reversal = {
        "id": world.new_id("trr"),
        "object": "transfer_reversal",
        "amount": amount,
        "balance_transaction": None,
        "created": world.now(),
        "currency": found["currency"],
        "destination_payment_refund": None,
        "metadata": asked.get("metadata", {}),
        "source_refund": None,
        "transfer": found["id"],
    }
    settled = balances.record(world, "transfer_refund", reversal, amount=amount)
    reversal["balance_transaction"] = settled["id"]
    world.store.add("transfer_reversal", reversal)
    found["amount_reversed"] += amount
    found["reversed"] = found["amount_reversed"] == found["amount"]
    found["reversals"] = _list(found["id"], [reversal, *found["reversals"]["data"]])
    world.store.put(found)
    world.announce("transfer.reversed", found)
    return reversal
