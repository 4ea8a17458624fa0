"""Balances: every movement is a balance transaction that settles now or later.

The sums are kept (``purse``, ``settling``), so asking for them never grows with history.
"""

from __future__ import annotations

from typing import Any

from backend.stripe_sandbox.store import Body, Condition, Page
from backend.stripe_sandbox.world import DAY_SECONDS, World, caller

SETTLES_AFTER_SECONDS = 2 * DAY_SECONDS
_FEE_PER_MILLE, _FEE_FIXED_CENTS = 29, 30
_CATEGORIES = {
    "payment": "charge",
    "payment_refund": "refund",
    "payout_cancel": "payout_reversal",
    "payout_failure": "payout_reversal",
    "transfer_refund": "transfer_reversal",
}


def fee_of(amount: int) -> int:
    """2.9 % and 30 cents, in cents, rounded half up."""
    return (amount * _FEE_PER_MILLE + 500) // 1000 + _FEE_FIXED_CENTS


def record(world: World, kind: str, source: Body, *, amount: int, **more: Any) -> Body:
    """Keep a balance transaction of ``kind`` about ``source``; a ``charge`` costs a fee.

    ``more``: ``at_once`` (False: available in two days), ``account`` (a connected one),
    ``fee`` (cents), ``fee_title``, ``category``, ``description``.
    """
    fee = more.get("fee", fee_of(amount) if kind == "charge" else 0)
    now, account = world.now(), more.get("account")
    details = {
        "amount": fee,
        "application": None,
        "currency": source["currency"],
        "description": more.get("fee_title", "Stripe processing fees"),
        "type": "stripe_fee",
    }
    transaction = {
        "id": world.new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": now if more.get("at_once", True) else now + SETTLES_AFTER_SECONDS,
        "balance_type": "payments",
        "created": now,
        "currency": source["currency"],
        "description": more.get("description") or source.get("description"),
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [details] if fee else [],
        "net": amount - fee,
        "reporting_category": more.get("category") or _CATEGORIES.get(kind, kind),
        "source": source["id"],
        "status": "pending",
        "type": kind,
    }
    _count(world, transaction, account)
    if transaction["available_on"] > now:
        world.later(SETTLES_AFTER_SECONDS, "balance_available", transaction["id"])
    return world.store.add("balance_transaction", transaction, account)


def settle(world: World, transaction_id: str) -> None:
    """Pending money became available: Stripe tells so."""
    if world.store.get(transaction_id, "balance_transaction"):
        world.announce("balance.available", balance(world, {}))


def settle_now(world: World) -> None:
    """Let everything that is pending be available at once."""
    now = world.now()
    world.store.db.execute("UPDATE settling SET due = ? WHERE due > ?", [now, now])
    later: Condition = ("json_extract(body, '$.available_on') > ?", [now])
    while rows := world.store.page("balance_transaction", Page(more=(later,), limit=100))[0]:
        for transaction in rows:
            world.store.put({**transaction, "available_on": now})
    world.announce("balance.available", balance(world, {}))


def _count(world: World, transaction: Body, account: str | None) -> None:
    world.store.db.execute(
        "INSERT INTO settling (due, account, currency, net) VALUES (?, ?, ?, ?)",
        [
            transaction["available_on"],
            account or "",
            transaction["currency"],
            transaction["net"],
        ],
    )


def open_books(world: World) -> None:
    """Count what a file from before the sums were kept already holds."""
    if world.store.fact("books"):
        return
    with world.store.transaction():
        for transaction in world.store.all("balance_transaction"):
            _count(world, transaction, world.store.owner(transaction["id"]))
        for session in world.store.all("checkout.session", {"status": "open"}):
            world.later(session["expires_at"] - world.now(), "expire_session", session["id"])
        world.store.remember("books", True)


def present(world: World, transaction: Body) -> Body:
    """The transaction as of now: pending until its day has come."""
    settled = transaction["available_on"] <= world.now()
    return {**transaction, "status": "available" if settled else "pending"}


def retrieve(world: World, asked: dict[str, Any], transaction: str) -> Body:
    """GET /v1/balance_transactions/{id}."""
    return present(world, world.need("balance_transaction", transaction))


def available(world: World, currency: str = "usd", account: str | None = None) -> int:
    """Cents that may leave this balance now."""
    db = world.store.db
    ripe = db.execute(
        "DELETE FROM settling WHERE due <= ? RETURNING account, currency, net", [world.now()]
    ).fetchall()
    db.executemany(
        "INSERT INTO purse VALUES (?, ?, ?)"
        " ON CONFLICT (account, currency) DO UPDATE SET ready = ready + excluded.ready",
        ripe,
    )
    sql = "SELECT ready FROM purse WHERE account = ? AND currency = ?"
    row = db.execute(sql, [account or "", currency]).fetchone()
    return int(row[0]) if row else 0


def balance(world: World, asked: dict[str, Any]) -> Body:
    """GET /v1/balance, of the platform or of the account in ``Stripe-Account``."""
    account = caller.get().account
    ready = available(world, "usd", account)
    sql = "SELECT coalesce(sum(net), 0) FROM settling WHERE account = ? AND currency = ?"
    (pending,) = world.store.db.execute(sql, [account or "", "usd"]).fetchone()
    return {
        "object": "balance",
        "available": [_part(ready)],
        "connect_reserved": [{"amount": 0, "currency": "usd"}],
        "livemode": False,
        "pending": [_part(pending)],
    }


def _part(amount: int) -> Body:
    return {"amount": amount, "currency": "usd", "source_types": {"card": amount}}
