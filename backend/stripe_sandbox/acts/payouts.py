"""Payouts from a balance to its bank, top-ups of it, and its settings.

With ``Stripe-Account`` the balance is that of a connected account, else the platform's.
"""

from __future__ import annotations

from typing import Any

from backend.stripe_sandbox import errors
from backend.stripe_sandbox.acts import balances
from backend.stripe_sandbox.acts.customers import merged
from backend.stripe_sandbox.store import Body
from backend.stripe_sandbox.world import DAY_SECONDS, World, caller

ARRIVES_SECONDS = 2 * DAY_SECONDS
_OPEN = ("pending", "in_transit")


def create(world: World, asked: dict[str, Any]) -> Body:
    """POST /v1/payouts, out of the available balance only."""
    account = caller.get().account
    amount, currency = asked["amount"], asked["currency"]
    if amount <= 0:
        raise errors.refused("Invalid positive integer", "parameter_invalid_integer", "amount")
    if amount > balances.available(world, currency, account):
        raise errors.refused(
            "You have insufficient funds in your Stripe account.", "balance_insufficient"
        )
    payout = _blank(world, asked)
    moved = balances.record(world, "payout", payout, amount=-amount, account=account)
    payout["balance_transaction"] = moved["id"]
    world.store.add("payout", payout, account)
    world.later(payout["arrival_date"] - world.now(), "payout_arrives", payout["id"])
    world.announce("payout.created", payout, account=account)
    return payout


def _blank(world: World, asked: dict[str, Any]) -> Body:
    method = asked.get("method", "standard")
    wait = ARRIVES_SECONDS if method == "standard" else 60
    return {
        "id": world.new_id("po"),
        "object": "payout",
        "amount": asked["amount"],
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": world.now() + wait,
        "automatic": False,
        "balance_transaction": None,
        "created": world.now(),
        "currency": asked["currency"],
        "description": asked.get("description"),
        "destination": "ba_sandbox",
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": asked.get("metadata", {}),
        "method": method,
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "not_applicable",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": asked.get("statement_descriptor"),
        "status": "pending",
        "trace_id": None,
        "type": "bank_account",
    }


def retrieve(world: World, asked: dict[str, Any], payout: str) -> Body:
    """GET /v1/payouts/{id}, of the balance that is asked about."""
    found = world.need("payout", payout, "payout")
    if world.store.owner(payout) != caller.get().account:
        raise errors.missing("payout", payout, "payout")
    return found


def update(world: World, asked: dict[str, Any], payout: str) -> Body:
    """POST /v1/payouts/{id}: metadata only."""
    found = retrieve(world, {}, payout)
    found["metadata"] = merged(found["metadata"], asked.get("metadata"))
    return world.store.put(found)


def cancel(world: World, asked: dict[str, Any], payout: str) -> Body:
    """POST /v1/payouts/{id}/cancel, while it is pending."""
    found = retrieve(world, {}, payout)
    if found["status"] != "pending":
        raise errors.refused(f"A payout that is {found['status']} cannot be canceled.")
    return finish(world, found, "canceled")


def finish(world: World, payout: Body, status: str) -> Body:
    """``paid``; or ``failed`` or ``canceled`` and the money is in the balance again.

    A paid one may still fail, as banks return money late.

    :raises errors.ApiError: 400, it cannot become that.
    """
    late = payout["status"] == "paid" and status == "failed"
    if status not in ("paid", "failed", "canceled") or not (payout["status"] in _OPEN or late):
        raise errors.refused(f"A payout that is {payout['status']} cannot become {status}.")
    account = world.store.owner(payout["id"])
    payout["status"] = status
    if status != "paid":
        kind = "payout_failure" if status == "failed" else "payout_cancel"
        moved = balances.record(world, kind, payout, amount=payout["amount"], account=account)
        payout["failure_balance_transaction"] = moved["id"]
    if status == "failed":
        payout["failure_code"] = "account_closed"
        payout["failure_message"] = "The bank account has been closed."
    world.store.put(payout)
    world.announce(f"payout.{status}", payout, account=account)
    return payout


def arrive(world: World, payout_id: str) -> None:
    """The bank has it."""
    payout = world.need("payout", payout_id)
    if payout["status"] in _OPEN:
        finish(world, payout, "paid")


def top_up(world: World, amount: int, currency: str = "usd") -> Body:
    """Put money into the platform's balance from its bank; it is available at once."""
    topup = {
        "id": world.new_id("tu"),
        "object": "topup",
        "amount": amount,
        "balance_transaction": None,
        "created": world.now(),
        "currency": currency,
        "description": "Added to the balance",
        "expected_availability_date": world.now(),
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": {},
        "payment_method": None,
        "source": None,
        "statement_descriptor": None,
        "status": "succeeded",
        "transfer_group": None,
    }
    topup["balance_transaction"] = balances.record(world, "topup", topup, amount=amount)["id"]
    world.store.add("topup", topup)
    world.announce("topup.succeeded", topup)
    return topup


def settings(world: World, asked: dict[str, Any]) -> Body:
    """GET and POST /v1/balance_settings; payouts start as manual ones here."""
    account = caller.get().account or ""
    kept = world.store.fact(f"balance_settings:{account}", {})
    wanted = asked.get("payments", {}).get("payouts", {})
    minimum = {**kept.get("minimum", {}), **wanted.get("minimum_balance_by_currency", {})}
    interval = wanted.get("schedule", {}).get("interval") or kept.get("interval", "manual")
    kept = {"minimum": {k: int(v) for k, v in minimum.items() if v}, "interval": interval}
    world.store.remember(f"balance_settings:{account}", kept)
    return {
        "object": "balance_settings",
        "payments": {
            "debit_negative_balances": not account,
            "payouts": {
                "minimum_balance_by_currency": kept["minimum"] or None,
                "schedule": {"interval": interval},
                "statement_descriptor": None,
                "status": "enabled",
            },
            "settlement_timing": {"delay_days": 2, "delay_days_override": None},
        },
    }
