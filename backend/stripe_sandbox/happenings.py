"""What tests and demos make happen to objects: ``POST /_sandbox/{path}`` with a JSON body.

Each happening runs in one transaction and answers with the object as the API shows it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from backend.stripe_sandbox import expansion
from backend.stripe_sandbox.acts import (
    accounts,
    agendas,
    balances,
    charges,
    checkouts,
    disputes,
    fraud_warnings,
    intents,
    payouts,
    refunds,
    requirements,
    reviews,
    setups,
    transfers,
)
from backend.stripe_sandbox.errors import malformed
from backend.stripe_sandbox.store import Body
from backend.stripe_sandbox.world import World

Asked = dict[str, Any]
Happening = Callable[[World, Asked, str], Body]


def happening(world: World, act: Happening) -> Callable[[Asked, Asked], Body]:
    """The control door of ``act``."""

    def door(asked: Asked, path: Asked) -> Body:
        agendas.run_due(world)
        with world.store.transaction():
            return expansion.present(world, act(world, asked, path.get("id", "")), [])

    return door


def pay(world: World, asked: Asked, session_id: str) -> Body:
    """checkout/{cs}/pay {"card": "4242…"}: what the pay page does, in either mode."""
    session = world.need("checkout.session", session_id, "session")
    intent = checkouts.pay(world, session, str(asked["card"]))
    now = world.need("checkout.session", session_id)
    return {"checkout_session": now, intent["object"]: intent}


def bank(world: World, asked: Asked, intent_id: str) -> Body:
    """intents/{pi or seti}/bank {"approve": true}: what the 3-D Secure page does."""
    kind = "setup_intent" if intent_id.startswith("seti_") else "payment_intent"
    intent = world.need(kind, intent_id, "intent")
    approve(world, intent, approved=bool(asked["approve"]))
    return {kind: intent}


def approve(world: World, intent: Body, *, approved: bool) -> None:
    """The bank's answer to an intent, and what it does to the intent's session."""
    acts: Any = setups if intent["object"] == "setup_intent" else intents
    acts.bank_says(world, intent, approved=approved)
    session = checkouts.session_of(world, intent["id"])
    if session:
        checkouts.complete(world, session, intent)


def onboard(world: World, asked: Asked, account_id: str) -> Body:
    """accounts/{acct}/onboard {"complete": true}: everything was given, or taken back."""
    account = world.need("account", account_id)
    return accounts.onboarded(world, account, complete=bool(asked["complete"]))


def require(world: World, asked: Asked, account_id: str) -> Body:
    """accounts/{acct}/requirements: what Stripe asks for from now on.

    {"add": [field], "deadline": "past_due", "in_seconds": n} asks for more (fields of
    ``requirements.FIELDS``; with ``in_seconds`` a currently due one grows past due by itself),
    {"remove": [field]} asks no longer, {"verify": [field]} has them given and being checked.
    """
    account = world.need("account", account_id)
    if "add" in asked:
        deadline = asked.get("deadline", "past_due")
        requirements.add(world, account, asked["add"], deadline, asked.get("in_seconds"))
    requirements.verify(account, asked.get("verify", []))
    requirements.remove(account, asked.get("remove", []))
    return accounts.changed(world, account)


def reject(world: World, asked: Asked, account_id: str) -> Body:
    """accounts/{acct}/reject {"reason": "fraud" | "listed" | "terms_of_service" | "other" | ""}.

    An empty reason takes the rejection back.
    """
    account = world.need("account", account_id)
    account["sandbox_rejected"] = str(asked.get("reason", "fraud"))
    return accounts.changed(world, account)


def deauthorize(world: World, asked: Asked, account_id: str) -> Body:
    """accounts/{acct}/deauthorize: the reader cut us off in Stripe."""
    return accounts.deauthorize(world, world.need("account", account_id))


def dispute(world: World, asked: Asked, charge_id: str) -> Body:
    """charges/{ch or pi}/dispute {"reason", "amount", "inquiry": false, "due_in": seconds}."""
    known = {"reason", "amount", "inquiry", "due_in"}
    if asked.keys() - known:
        raise malformed(f"dispute takes {sorted(known)}.", "", "parameter_unknown")
    return disputes.open_case(
        world,
        charges.of(world, charge_id),
        reason=asked.get("reason", "fraudulent"),
        inquiry=bool(asked.get("inquiry", False)),
        amount=asked.get("amount"),
        due_in=asked.get("due_in"),
    )


def decide(world: World, asked: Asked, dispute_id: str) -> Body:
    """disputes/{du}/decide {"outcome", "fee_returned": false}; see ``disputes.finish``."""
    found = world.need("dispute", dispute_id)
    returned = bool(asked.get("fee_returned", False))
    return disputes.finish(world, found, str(asked["outcome"]), fee_returned=returned)


def warn(world: World, asked: Asked, charge_id: str) -> Body:
    """charges/{ch or pi}/warn {"fraud_type"}: an early fraud warning."""
    kind = str(asked.get("fraud_type", "made_with_stolen_card"))
    return fraud_warnings.warn(world, charges.of(world, charge_id), kind)


def review(world: World, asked: Asked, charge_id: str) -> Body:
    """charges/{ch or pi}/review {"reason": "rule" | "manual"}: Radar wants a person to look."""
    return reviews.begin(world, charges.of(world, charge_id), str(asked.get("reason", "rule")))


def refund(world: World, asked: Asked, charge_id: str) -> Body:
    """charges/{ch or pi}/refund {"amount", "reason"}: somebody refunds in the Dashboard."""
    charge = charges.of(world, charge_id)
    return refunds.create(world, {**asked, "charge": charge["id"]})


def end_refund(world: World, asked: Asked, refund_id: str) -> Body:
    """refunds/{re}/end {"status": "succeeded" | "failed", "reason"}: the bank's last word."""
    found = world.need("refund", refund_id)
    return refunds.finish(world, found, str(asked["status"]), str(asked.get("reason", "unknown")))


def reverse(world: World, asked: Asked, transfer_id: str) -> Body:
    """transfers/{tr}/reverse {"amount"}: Stripe or the Dashboard takes a transfer back."""
    transfer = world.need("transfer", transfer_id)
    left = transfer["amount"] - transfer["amount_reversed"]
    amount = int(asked.get("amount", left))
    if not 0 < amount <= left:
        raise malformed(f"At most {left} can be reversed.", "amount", "parameter_invalid")
    return transfers.undo(world, transfer, amount, {})


def end_payout(world: World, asked: Asked, payout_id: str) -> Body:
    """payouts/{po}/end {"status": "paid" | "failed" | "canceled"}."""
    return payouts.finish(world, world.need("payout", payout_id), str(asked["status"]))


def top_up(world: World, asked: Asked, _: str) -> Body:
    """balance/add {"amount": cents}: money from the platform's bank, available at once."""
    return payouts.top_up(world, int(asked["amount"]), str(asked.get("currency", "usd")))


def settle(world: World, asked: Asked, _: str) -> Body:
    """balance/settle: everything pending is available at once."""
    balances.settle_now(world)
    return balances.balance(world, {})


HAPPENINGS: dict[str, Happening] = {
    "/accounts/{id}/deauthorize": deauthorize,
    "/accounts/{id}/onboard": onboard,
    "/accounts/{id}/reject": reject,
    "/accounts/{id}/requirements": require,
    "/balance/add": top_up,
    "/balance/settle": settle,
    "/charges/{id}/dispute": dispute,
    "/charges/{id}/refund": refund,
    "/charges/{id}/review": review,
    "/charges/{id}/warn": warn,
    "/checkout/{id}/pay": pay,
    "/disputes/{id}/decide": decide,
    "/intents/{id}/bank": bank,
    "/payouts/{id}/end": end_payout,
    "/refunds/{id}/end": end_refund,
    "/transfers/{id}/reverse": reverse,
}
