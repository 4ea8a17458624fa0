"""PaymentIntents: create, confirm, cancel, and what a bank's answer does to them."""

from __future__ import annotations

from typing import Any

from backend.stripe_sandbox import errors
from backend.stripe_sandbox.acts import charges, customers
from backend.stripe_sandbox.cards import Card, card_of
from backend.stripe_sandbox.store import Body, shown
from backend.stripe_sandbox.world import World

AMOUNT_MIN, AMOUNT_MAX = 50, 99_999_999
CURRENCIES = ("usd", "eur", "gbp")
_OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
_UPDATABLE = ("description", "receipt_email", "setup_future_usage", "transfer_group")


def create(world: World, asked: dict[str, Any]) -> Body:
    """POST /v1/payment_intents."""
    check_amount(asked["amount"], asked["currency"])
    intent = begin(world, asked)
    if asked.get("payment_method"):
        intent["payment_method"] = customers.method_of(world, asked["payment_method"])["id"]
        intent["status"] = "requires_confirmation"
        world.store.put(intent)
    if asked.get("confirm"):
        return confirm(world, asked, intent["id"])
    return intent


def begin(world: World, asked: dict[str, Any]) -> Body:
    """Keep a new intent that waits for a payment method."""
    if asked.get("customer"):
        world.need("customer", asked["customer"], "customer")
    intent_id = world.new_id("pi")
    intent = {
        "id": intent_id,
        "object": "payment_intent",
        "allowed_payment_method_types": asked.get("allowed_payment_method_types"),
        "amount": asked["amount"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": f"{intent_id}_secret_{world.new_id('x')[2:]}",
        "confirmation_method": "automatic",
        "created": world.now(),
        "currency": asked["currency"],
        "customer": asked.get("customer"),
        "description": asked.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": asked.get("metadata", {}),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "processing": None,
        "receipt_email": asked.get("receipt_email"),
        "review": None,
        "setup_future_usage": asked.get("setup_future_usage"),
        "shipping": None,
        "source": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": asked.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": asked.get("transfer_group"),
    }
    world.store.add("payment_intent", intent)
    world.announce("payment_intent.created", intent)
    return intent


def check_amount(amount: int, currency: str) -> None:
    """Refuse what Stripe would.

    :raises errors.ApiError: 400, too small, too large, or an unknown currency.
    """
    if currency not in CURRENCIES:
        raise errors.refused(f"Invalid currency: {currency}.", "parameter_invalid", "currency")
    if amount < AMOUNT_MIN:
        raise errors.refused("Amount must be at least $0.50 usd.", "amount_too_small", "amount")
    if amount > AMOUNT_MAX:
        raise errors.refused(
            "Amount must be no more than $999,999.99.", "amount_too_large", "amount"
        )


def retrieve(world: World, asked: dict[str, Any], intent: str) -> Body:
    """GET /v1/payment_intents/{id}."""
    return world.need("payment_intent", intent, "intent")


def update(world: World, asked: dict[str, Any], intent: str) -> Body:
    """POST /v1/payment_intents/{id}: metadata always, the amount while it is open."""
    found = world.need("payment_intent", intent, "intent")
    if "amount" in asked:
        _must_be_open(found)
        check_amount(asked["amount"], found["currency"])
        found["amount"] = asked["amount"]
    found.update({name: asked[name] for name in _UPDATABLE if name in asked})
    found["metadata"] = customers.merged(found["metadata"], asked.get("metadata"))
    return world.store.put(found)


def confirm(world: World, asked: dict[str, Any], intent: str) -> Body:
    """POST /v1/payment_intents/{id}/confirm.

    :raises errors.ApiError: 402, the card was refused.
    """
    found = world.need("payment_intent", intent, "intent")
    _must_be_open(found)
    named = asked.get("payment_method") or found["payment_method"]
    if not named:
        raise errors.refused(
            "You cannot confirm this PaymentIntent because it's missing a payment method.",
            "payment_intent_unexpected_state",
        )
    method = customers.method_of(world, named)
    customers.check_use(method, found["customer"])
    card = card_of(method["sandbox_number"])
    trusted = (
        asked.get("off_session") and card.asks_bank == "once" and method.get("sandbox_trusted")
    )
    if asked.get("off_session") and card.asks_bank and not trusted:
        return _refuse_off_session(world, found, method)
    if trusted:
        found = charge(world, found, method, card)
    else:
        found = pay(world, found, method, card, return_url=asked.get("return_url"))
    failure = found["last_payment_error"]
    if failure:
        raise errors.card_error(
            failure["message"],
            failure["code"],
            failure.get("decline_code"),
            payment_intent=found,
            charge=found["latest_charge"],
        )
    return found


def pay(
    world: World, intent: Body, method: Body, card: Card, return_url: str | None = None
) -> Body:
    """Try the card: succeeded, refused, or waiting for the bank's page."""
    intent.update(payment_method=method["id"], last_payment_error=None)
    if card.asks_bank:
        page = f"{world.base_url}/3ds/{intent['id']}"
        intent["next_action"] = {
            "redirect_to_url": {"return_url": return_url, "url": page},
            "type": "redirect_to_url",
        }
        intent["status"] = "requires_action"
        world.store.put(intent)
        world.announce("payment_intent.requires_action", intent)
        return intent
    return charge(world, intent, method, card)


def charge(world: World, intent: Body, method: Body, card: Card) -> Body:
    """Ask the card for the money: it succeeds or is refused."""
    intent.update(payment_method=method["id"], last_payment_error=None)
    if card.code:
        return refuse(world, intent, method, card.code, card.decline_code, card.message)
    return succeed(world, intent, method, card)


def succeed(world: World, intent: Body, method: Body, card: Card) -> Body:
    """The bank said yes: the money is ours."""
    if intent["customer"] and intent["setup_future_usage"]:
        customers.keep(world, method, intent["customer"], trusted=True)
    taken = charges.take(world, intent, method, card, None)
    intent.update(
        amount_received=intent["amount"],
        last_payment_error=None,
        latest_charge=taken["id"],
        next_action=None,
        status="succeeded",
    )
    world.store.put(intent)
    world.announce("charge.succeeded", taken)
    world.announce("payment_intent.succeeded", intent)
    world.announce("charge.updated", taken, before={"balance_transaction": None})
    charges.follow(world, taken, card)
    return intent


def refuse(
    world: World,
    intent: Body,
    method: Body,
    code: str,
    decline_code: str | None,
    message: str,
) -> Body:
    """The bank said no; the intent waits for another payment method."""
    failure: Body = {"code": code, "message": message, "type": "card_error"}
    if decline_code:
        failure["decline_code"] = decline_code
    card = card_of(method["sandbox_number"])
    tried = charges.take(world, intent, method, card, failure)
    failure.update(charge=tried["id"], payment_method=shown(method))
    intent.update(
        last_payment_error=failure,
        latest_charge=tried["id"],
        next_action=None,
        payment_method=None,
        status="requires_payment_method",
    )
    world.store.put(intent)
    world.announce("charge.failed", tried)
    world.announce("payment_intent.payment_failed", intent)
    return intent


def bank_says(world: World, intent: Body, *, approved: bool) -> Body:
    """The 3-D Secure page was answered.

    :raises errors.ApiError: 400, the intent does not wait for the bank.
    """
    if intent["status"] != "requires_action":
        raise errors.refused("Nothing is waiting.", "payment_intent_unexpected_state")
    method = world.need("payment_method", intent["payment_method"])
    if approved:
        return charge(world, intent, method, card_of(method["sandbox_number"]))
    code = "payment_intent_authentication_failure"
    return refuse(world, intent, method, code, None, "Your bank did not confirm this payment.")


def cancel(world: World, asked: dict[str, Any], intent: str) -> Body:
    """POST /v1/payment_intents/{id}/cancel."""
    found = world.need("payment_intent", intent, "intent")
    _must_be_open(found)
    return close(world, found, asked.get("cancellation_reason"))


def close(world: World, intent: Body, reason: str | None) -> Body:
    """Cancel an open intent."""
    intent.update(
        canceled_at=world.now(), cancellation_reason=reason, next_action=None, status="canceled"
    )
    world.store.put(intent)
    world.announce("payment_intent.canceled", intent)
    return intent


def _refuse_off_session(world: World, intent: Body, method: Body) -> Body:
    message = "Your card was declined. This transaction requires authentication."
    found = refuse(world, intent, method, "authentication_required", None, message)
    raise errors.card_error(
        message, "authentication_required", "authentication_required", payment_intent=found
    )


def _must_be_open(intent: Body) -> None:
    if intent["status"] not in _OPEN:
        raise errors.refused(
            f"This PaymentIntent has a status of {intent['status']}.",
            "payment_intent_unexpected_state",
        )
