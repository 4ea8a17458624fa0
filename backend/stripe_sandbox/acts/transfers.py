"""Transfers to connected accounts and their reversals."""

from __future__ import annotations

from typing import Any

from backend.stripe_sandbox import errors
from backend.stripe_sandbox.acts import accounts, balances
from backend.stripe_sandbox.acts.customers import merged
from backend.stripe_sandbox.store import Body
from backend.stripe_sandbox.world import World


def create(world: World, asked: dict[str, Any]) -> Body:
    """POST /v1/transfers, out of the available balance only."""
    destination = _destination(world, asked["destination"])
    if asked["amount"] <= 0:
        raise errors.refused("Invalid positive integer", "parameter_invalid_integer", "amount")
    if asked["amount"] > balances.available(world, asked["currency"]):
        raise errors.refused(
            "You have insufficient available funds in your Stripe account. Try adding funds "
            "directly to your available balance.",
            "balance_insufficient",
        )
    transfer = _blank(world, asked, destination["id"])
    settled = balances.record(world, "transfer", transfer, amount=-asked["amount"])
    transfer["balance_transaction"] = settled["id"]
    world.store.add("transfer", transfer)
    _credit(world, transfer, "payment", asked["amount"])
    world.announce("transfer.created", transfer)
    return transfer


def _destination(world: World, account_id: str) -> Body:
    account = world.store.get(account_id, "account")
    if account is None or account["sandbox_gone"]:
        raise errors.refused(
            f"No such destination: '{account_id}'", "resource_missing", "destination"
        )
    if not accounts.may_receive(account):
        raise errors.refused(
            "Your destination account needs to have at least one of the following capabilities "
            "enabled: transfers, crypto_transfers, legacy_payments",
            "insufficient_capabilities_for_transfer",
        )
    return account


def _blank(world: World, asked: dict[str, Any], destination: str) -> Body:
    transfer_id = world.new_id("tr")
    return {
        "id": transfer_id,
        "object": "transfer",
        "amount": asked["amount"],
        "amount_reversed": 0,
        "balance_transaction": None,
        "created": world.now(),
        "currency": asked["currency"],
        "description": asked.get("description"),
        "destination": destination,
        "destination_payment": world.new_id("py"),
        "livemode": False,
        "metadata": asked.get("metadata", {}),
        "reversals": _list(transfer_id, []),
        "reversed": False,
        "source_transaction": None,
        "source_type": "card",
        "transfer_group": asked.get("transfer_group"),
    }


def _credit(world: World, transfer: Body, kind: str, amount: int) -> None:
    """What the connected account sees of a transfer or of its reversal."""
    source = {"id": transfer["destination_payment"], "currency": transfer["currency"]}
    balances.record(world, kind, source, amount=amount, account=transfer["destination"])


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


def update(world: World, asked: dict[str, Any], transfer: str) -> Body:
    """POST /v1/transfers/{id}: description and metadata."""
    found = world.need("transfer", transfer)
    found["description"] = asked.get("description", found["description"])
    found["metadata"] = merged(found["metadata"], asked.get("metadata"))
    world.announce("transfer.updated", world.store.put(found), {})
    return found


def reverse(world: World, asked: dict[str, Any], transfer: str) -> Body:
    """POST /v1/transfers/{id}/reversals, up to what is not reversed and still there."""
    found = world.need("transfer", transfer)
    left = found["amount"] - found["amount_reversed"]
    amount = asked.get("amount", left)
    if not 0 < amount <= left:
        raise errors.refused(
            f"Reversal amount ({amount}) is greater than unreversed amount on transfer ({left})",
            "parameter_invalid",
            "amount",
        )
    if amount > balances.available(world, found["currency"], found["destination"]):
        raise errors.refused(
            "The connected account has insufficient available funds for this reversal.",
            "balance_insufficient",
        )
    return undo(world, found, amount, asked)


def undo(world: World, transfer: Body, amount: int, asked: dict[str, Any]) -> Body:
    """Take ``amount`` back; Stripe itself may drive the connected account below zero by it."""
    reversal = {
        "id": world.new_id("trr"),
        "object": "transfer_reversal",
        "amount": amount,
        "balance_transaction": None,
        "created": world.now(),
        "currency": transfer["currency"],
        "destination_payment_refund": world.new_id("pyr"),
        "metadata": asked.get("metadata", {}),
        "source_refund": None,
        "transfer": transfer["id"],
    }
    settled = balances.record(world, "transfer_refund", reversal, amount=amount)
    reversal["balance_transaction"] = settled["id"]
    world.store.add("transfer_reversal", reversal)
    _credit(world, transfer, "payment_refund", -amount)
    before = {name: transfer[name] for name in ("amount_reversed", "reversed", "reversals")}
    transfer["amount_reversed"] += amount
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    newest = [reversal, *transfer["reversals"]["data"]]
    transfer["reversals"] = _list(transfer["id"], newest)
    world.store.put(transfer)
    world.announce("transfer.reversed", transfer, before)
    return reversal


def retrieve_reversal(world: World, asked: dict[str, Any], transfer: str, reversal: str) -> Body:
    """GET /v1/transfers/{id}/reversals/{id}."""
    found = world.need("transfer_reversal", reversal)
    if found["transfer"] != transfer:
        raise errors.missing("transfer_reversal", reversal)
    return found
