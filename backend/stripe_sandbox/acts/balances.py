"""The platform's balance: every movement of it is a balance transaction that settles later."""

from __future__ import annotations

from typing import Any

from backend.stripe_sandbox.store import Body
from backend.stripe_sandbox.world import DAY_SECONDS, World

SETTLES_AFTER_SECONDS = 2 * DAY_SECONDS
_FEE_PER_MILLE, _FEE_FIXED_CENTS = 29, 30
_CATEGORIES = {"refund": "refund", "transfer": "transfer", "transfer_refund": "transfer_reversal"}


def fee_of(amount: int) -> int:
    """2.9 % and 30 cents, in cents, rounded half up."""
    return (amount * _FEE_PER_MILLE + 500) // 1000 + _FEE_FIXED_CENTS


def record(world: World, kind: str, source: Body, *, amount: int, at_once: bool = True) -> Body:
    """Keep a balance transaction of ``kind`` (``charge`` costs a fee) about ``source``."""
    fee = fee_of(amount) if kind == "charge" else 0
    details = [
        {
            "amount": fee,
            "application": None,
            "currency": source["currency"],
            "description": "Stripe processing fees",
            "type": "stripe_fee",
        }
    ]
    now = world.now()
    return world.store.add(
        "balance_transaction",
        {
            "id": world.new_id("txn"),
            "object": "balance_transaction",
            "amount": amount,
            "available_on": now if at_once else now + SETTLES_AFTER_SECONDS,
            "balance_type": "payments",
            "created": now,
            "currency": source["currency"],
            "description": source.get("description"),
            "exchange_rate": None,
            "fee": fee,
            "fee_details": details if fee else [],
            "net": amount - fee,
            "reporting_category": _CATEGORIES.get(kind, kind),
            "source": source["id"],
            "status": "pending",
            "type": kind,
        },
    )


def present(world: World, transaction: Body) -> Body:
    """The transaction as of now: pending until its day has come."""
    settled = transaction["available_on"] <= world.now()
    return {**transaction, "status": "available" if settled else "pending"}


def retrieve(world: World, asked: dict[str, Any], transaction: str) -> Body:
    """GET /v1/balance_transactions/{id}."""
    return present(world, world.need("balance_transaction", transaction))


def available(world: World, currency: str = "usd") -> int:
    """Cents that may be transferred out now."""
    return _sums(world, currency)[0]


def balance(world: World, asked: dict[str, Any]) -> Body:
    """GET /v1/balance."""
    ready, pending = _sums(world, "usd")
    return {
        "object": "balance",
        "available": [_part(ready)],
        "connect_reserved": [{"amount": 0, "currency": "usd"}],
        "livemode": False,
        "pending": [_part(pending)],
    }


def _part(amount: int) -> Body:
    return {"amount": amount, "currency": "usd", "source_types": {"card": amount}}


def _sums(world: World, currency: str) -> tuple[int, int]:
    ready = pending = 0
    for transaction in world.store.all("balance_transaction", {"currency": currency}):
        if transaction["available_on"] <= world.now():
            ready += transaction["net"]
        else:
            pending += transaction["net"]
    return ready, pending
