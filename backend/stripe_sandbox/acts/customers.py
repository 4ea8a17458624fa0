"""Customers and their saved payment methods."""

from __future__ import annotations

from typing import Any

from backend.stripe_sandbox import errors
from backend.stripe_sandbox.cards import TOKENS, Card, card_of
from backend.stripe_sandbox.store import Body
from backend.stripe_sandbox.world import World

_FIELDS = ("description", "email", "name", "phone")


def create(world: World, asked: dict[str, Any]) -> Body:
    """POST /v1/customers."""
    customer = {
        "id": world.new_id("cus", 14),
        "object": "customer",
        "address": None,
        "balance": 0,
        "created": world.now(),
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "discount": None,
        "invoice_prefix": world.new_id("x", 8)[2:].upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": asked.get("metadata", {}),
        "next_invoice_sequence": 1,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
        **{name: asked.get(name) for name in _FIELDS},
    }
    world.store.add("customer", customer)
    world.announce("customer.created", customer)
    return customer


def retrieve(world: World, asked: dict[str, Any], customer: str) -> Body:
    """GET /v1/customers/{id}; a deleted one still answers, as Stripe does."""
    found = world.store.get(customer, "customer")
    if found is None:
        raise errors.missing("customer", customer)
    if found.get("deleted"):
        return {"id": customer, "object": "customer", "deleted": True}
    return found


def update(world: World, asked: dict[str, Any], customer: str) -> Body:
    """POST /v1/customers/{id}."""
    found = world.need("customer", customer)
    found.update({name: asked[name] for name in _FIELDS if name in asked})
    preferred = asked.get("invoice_settings", {}).get("default_payment_method")
    if preferred is not None:
        _must_belong(world, preferred, customer)
        found["invoice_settings"]["default_payment_method"] = preferred or None
    found["metadata"] = merged(found["metadata"], asked.get("metadata"))
    world.store.put(found)
    world.announce("customer.updated", found, before={})
    return found


def delete(world: World, asked: dict[str, Any], customer: str) -> Body:
    """DELETE /v1/customers/{id}."""
    found = world.need("customer", customer)
    world.store.put({**found, "deleted": True})
    world.announce("customer.deleted", found)
    return {"id": customer, "object": "customer", "deleted": True}


def merged(metadata: dict[str, str], changes: dict[str, str] | None) -> dict[str, str]:
    """Metadata after an update: an empty value removes its key."""
    return {key: text for key, text in {**metadata, **(changes or {})}.items() if text}


def create_method(world: World, asked: dict[str, Any]) -> Body:
    """POST /v1/payment_methods with ``type=card``."""
    return add_method(world, card_of(asked["card"]["number"]), asked)


def add_method(world: World, card: Card, asked: dict[str, Any]) -> Body:
    """Keep a payment method for a card."""
    details = asked.get("card", {})
    return world.store.add(
        "payment_method",
        {
            "id": world.new_id("pm"),
            "object": "payment_method",
            "allow_redisplay": "unspecified",
            "billing_details": {
                "address": None,
                "email": None,
                "name": None,
                "phone": None,
                "tax_id": None,
                **asked.get("billing_details", {}),
            },
            "card": {
                "brand": card.brand,
                "checks": {
                    "address_line1_check": None,
                    "address_postal_code_check": None,
                    "cvc_check": "pass",
                },
                "country": "US",
                "display_brand": card.brand,
                "exp_month": details.get("exp_month", 12),
                "exp_year": details.get("exp_year", 2034),
                "fingerprint": card.fingerprint,
                "funding": "credit",
                "generated_from": None,
                "last4": card.last4,
                "networks": {"available": [card.brand], "preferred": None},
                "three_d_secure_usage": {"supported": True},
                "wallet": None,
            },
            "created": world.now(),
            "customer": None,
            "livemode": False,
            "metadata": asked.get("metadata", {}),
            "type": "card",
            "sandbox_number": card.number,
            "sandbox_spent": False,
            "sandbox_trusted": False,
        },
    )


def method_of(world: World, named: str) -> Body:
    """The payment method, or a new one from a ``pm_card_…`` token.

    :raises errors.ApiError: 404, neither.
    """
    if named in TOKENS:
        return add_method(world, card_of(TOKENS[named]), {})
    return world.need("payment_method", named, "payment_method")


def retrieve_method(world: World, asked: dict[str, Any], method: str) -> Body:
    """GET /v1/payment_methods/{id}."""
    return world.need("payment_method", method)


def retrieve_own_method(world: World, asked: dict[str, Any], customer: str, method: str) -> Body:
    """GET /v1/customers/{id}/payment_methods/{id}."""
    _must_belong(world, method, customer)
    return world.need("payment_method", method)


def _must_belong(world: World, method: str, customer: str) -> None:
    if method and world.need("payment_method", method)["customer"] != customer:
        raise errors.missing("payment_method", method)


def update_method(world: World, asked: dict[str, Any], method: str) -> Body:
    """POST /v1/payment_methods/{id}: who it is billed to, when it expires, metadata."""
    found = world.need("payment_method", method)
    found["billing_details"].update(asked.get("billing_details", {}))
    found["card"].update(asked.get("card", {}))
    found["metadata"] = merged(found["metadata"], asked.get("metadata"))
    world.announce("payment_method.updated", world.store.put(found), {})
    return found


def attach(world: World, asked: dict[str, Any], method: str) -> Body:
    """POST /v1/payment_methods/{id}/attach.

    :raises errors.ApiError: 402, the card is no good; 400, it was detached before.
    """
    found = method_of(world, method)
    card = card_of(found["sandbox_number"])
    check_use(found, asked["customer"])
    if card.code and not card.saves:
        raise errors.card_error(card.message, card.code, card.decline_code)
    return keep(world, found, world.need("customer", asked["customer"], "customer")["id"])


def keep(world: World, method: Body, customer: str, *, trusted: bool = False) -> Body:
    """Save a payment method; ``trusted`` after the bank or the customer agreed to later use."""
    news = method["customer"] != customer
    method["customer"] = customer
    method["sandbox_trusted"] = trusted or method.get("sandbox_trusted", False)
    world.store.put(method)
    if news:
        world.announce("payment_method.attached", method)
    return method


def check_use(method: Body, customer: str | None) -> None:
    """Refuse a payment method that is another's, or that was detached.

    :raises errors.ApiError: 400.
    """
    if method.get("sandbox_spent"):
        raise errors.refused(
            "The provided PaymentMethod was detached from a Customer. It may not be used again.",
            param="payment_method",
        )
    if method["customer"] and method["customer"] != customer:
        raise errors.refused(
            f"The payment method {method['id']} must be attached to the customer that is charged.",
            "resource_missing",
            "payment_method",
        )


def detach(world: World, asked: dict[str, Any], method: str) -> Body:
    """POST /v1/payment_methods/{id}/detach; it can never be used again."""
    found = world.need("payment_method", method)
    if not found["customer"]:
        raise errors.refused("The payment method is not attached to a customer.")
    before = {"customer": found["customer"]}
    found.update(customer=None, sandbox_spent=True)
    world.store.put(found)
    world.announce("payment_method.detached", found, before)
    return found
