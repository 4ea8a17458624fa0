"""SetupIntents: a card is saved for later, with the bank's consent where it asks for it."""

from __future__ import annotations

from typing import Any

from backend.stripe_sandbox import errors
from backend.stripe_sandbox.acts import customers
from backend.stripe_sandbox.cards import card_of
from backend.stripe_sandbox.store import Body, shown
from backend.stripe_sandbox.world import World

_OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")


def create(world: World, asked: dict[str, Any]) -> Body:
    """POST /v1/setup_intents."""
    setup = begin(world, asked)
    if asked.get("payment_method"):
        setup["payment_method"] = customers.method_of(world, asked["payment_method"])["id"]
        setup["status"] = "requires_confirmation"
        world.store.put(setup)
    return confirm(world, asked, setup["id"]) if asked.get("confirm") else setup


def begin(world: World, asked: dict[str, Any]) -> Body:
    """Keep a new setup that waits for a payment method."""
    if asked.get("customer"):
        world.need("customer", asked["customer"], "customer")
    setup_id = world.new_id("seti")
    setup = {
        "id": setup_id,
        "object": "setup_intent",
        "allowed_payment_method_types": asked.get("allowed_payment_method_types"),
        "application": None,
        "automatic_payment_methods": None,
        "cancellation_reason": None,
        "client_secret": f"{setup_id}_secret_{world.new_id('x')[2:]}",
        "created": world.now(),
        "customer": asked.get("customer"),
        "description": asked.get("description"),
        "flow_directions": None,
        "last_setup_error": None,
        "latest_attempt": None,
        "livemode": False,
        "mandate": None,
        "metadata": asked.get("metadata", {}),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "single_use_mandate": None,
        "status": "requires_payment_method",
        "usage": asked.get("usage", "off_session"),
    }
    world.store.add("setup_intent", setup)
    world.announce("setup_intent.created", setup)
    return setup


def retrieve(world: World, asked: dict[str, Any], setup: str) -> Body:
    """GET /v1/setup_intents/{id}."""
    return world.need("setup_intent", setup, "intent")


def update(world: World, asked: dict[str, Any], setup: str) -> Body:
    """POST /v1/setup_intents/{id}."""
    found = world.need("setup_intent", setup, "intent")
    found["description"] = asked.get("description", found["description"])
    found["metadata"] = customers.merged(found["metadata"], asked.get("metadata"))
    return world.store.put(found)


def confirm(world: World, asked: dict[str, Any], setup: str) -> Body:
    """POST /v1/setup_intents/{id}/confirm.

    :raises errors.ApiError: 402, the card was refused.
    """
    found = world.need("setup_intent", setup, "intent")
    _must_be_open(found)
    named = asked.get("payment_method") or found["payment_method"]
    if not named:
        raise errors.refused(
            "You cannot confirm this SetupIntent because it's missing a payment method.",
            "setup_intent_unexpected_state",
        )
    method = customers.method_of(world, named)
    customers.check_use(method, found["customer"])
    found = save(world, found, method, return_url=asked.get("return_url"))
    failure = found["last_setup_error"]
    if failure:
        raise errors.card_error(
            failure["message"], failure["code"], failure.get("decline_code"), setup_intent=found
        )
    return found


def save(world: World, setup: Body, method: Body, return_url: str | None = None) -> Body:
    """Try the card: saved, refused, or waiting for the bank's page."""
    card = card_of(method["sandbox_number"])
    setup.update(payment_method=method["id"], last_setup_error=None)
    if card.asks_bank:
        page = f"{world.base_url}/3ds/{setup['id']}"
        setup["next_action"] = {
            "redirect_to_url": {"return_url": return_url, "url": page},
            "type": "redirect_to_url",
        }
        setup["status"] = "requires_action"
        world.store.put(setup)
        world.announce("setup_intent.requires_action", setup)
        return setup
    if card.code and not card.saves:
        return _refuse(world, setup, method, card.code, card.decline_code, card.message)
    return _succeed(world, setup, method)


def _succeed(world: World, setup: Body, method: Body) -> Body:
    if setup["customer"]:
        customers.keep(world, method, setup["customer"], trusted=True)
    setup.update(last_setup_error=None, next_action=None, status="succeeded")
    world.store.put(setup)
    world.announce("setup_intent.succeeded", setup)
    return setup


def _refuse(
    world: World, setup: Body, method: Body, code: str, decline_code: str | None, message: str
) -> Body:
    failure: Body = {"code": code, "message": message, "type": "card_error"}
    if decline_code:
        failure["decline_code"] = decline_code
    failure["payment_method"] = shown(method)
    setup.update(
        last_setup_error=failure,
        next_action=None,
        payment_method=None,
        status="requires_payment_method",
    )
    world.store.put(setup)
    world.announce("setup_intent.setup_failed", setup)
    return setup


def bank_says(world: World, setup: Body, *, approved: bool) -> Body:
    """The 3-D Secure page was answered.

    :raises errors.ApiError: 400, the setup does not wait for the bank.
    """
    if setup["status"] != "requires_action":
        raise errors.refused("Nothing is waiting.", "setup_intent_unexpected_state")
    method = world.need("payment_method", setup["payment_method"])
    if approved:
        return _succeed(world, setup, method)
    code = "setup_intent_authentication_failure"
    return _refuse(world, setup, method, code, None, "Your bank did not confirm this card.")


def cancel(world: World, asked: dict[str, Any], setup: str) -> Body:
    """POST /v1/setup_intents/{id}/cancel."""
    found = world.need("setup_intent", setup, "intent")
    _must_be_open(found)
    return close(world, found, asked.get("cancellation_reason"))


def close(world: World, setup: Body, reason: str | None) -> Body:
    """Cancel an open setup."""
    setup.update(cancellation_reason=reason, next_action=None, status="canceled")
    world.store.put(setup)
    world.announce("setup_intent.canceled", setup)
    return setup


def _must_be_open(setup: Body) -> None:
    if setup["status"] not in _OPEN:
        raise errors.refused(
            f"This SetupIntent has a status of {setup['status']}.", "setup_intent_unexpected_state"
        )
