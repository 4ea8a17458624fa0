"""Checkout Sessions: the hosted page's side of a payment."""

from __future__ import annotations

from typing import Any

from backend.stripe_sandbox import errors
from backend.stripe_sandbox.acts import customers, intents, setups
from backend.stripe_sandbox.cards import card_of
from backend.stripe_sandbox.store import Body, shown
from backend.stripe_sandbox.world import DAY_SECONDS, World

_EXPIRES_MIN_SECONDS = 30 * 60
_INTENT_FIELDS = (
    "description",
    "metadata",
    "receipt_email",
    "setup_future_usage",
    "statement_descriptor_suffix",
    "transfer_group",
)

# What every new session of ours has in common: paid once, by card, nothing collected.
_PLAIN: Body = {
    "adaptive_pricing": {"enabled": False},
    "after_expiration": None,
    "allow_promotion_codes": None,
    "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
    "billing_address_collection": None,
    "client_secret": None,
    "collected_information": None,
    "consent": None,
    "consent_collection": None,
    "currency_conversion": None,
    "custom_fields": [],
    "custom_text": {
        "after_submit": None,
        "shipping_address": None,
        "submit": None,
        "terms_of_service_acceptance": None,
    },
    "customer_details": None,
    "discounts": [],
    "invoice": None,
    "invoice_creation": None,
    "livemode": False,
    "mode": "payment",
    "payment_intent": None,
    "payment_link": None,
    "payment_method_collection": "if_required",
    "payment_method_configuration_details": None,
    "payment_method_options": {},
    "payment_method_types": ["card"],
    "payment_status": "unpaid",
    "permissions": None,
    "phone_number_collection": {"enabled": False},
    "recovered_from": None,
    "setup_intent": None,
    "shipping_address_collection": None,
    "shipping_cost": None,
    "shipping_options": [],
    "status": "open",
    "subscription": None,
    "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
    "ui_mode": None,
    "wallet_options": None,
}


def create(world: World, asked: dict[str, Any]) -> Body:
    """POST /v1/checkout/sessions.

    ``mode=payment``: the intent is born when it is paid. ``mode=setup``: a card is saved, and
    its SetupIntent is there from the beginning.
    """
    amount, currency = _asked_for(asked)
    if asked.get("customer"):
        world.need("customer", asked["customer"], "customer")
    expires_at = asked.get("expires_at", world.now() + DAY_SECONDS)
    if not _EXPIRES_MIN_SECONDS <= expires_at - world.now() <= DAY_SECONDS:
        raise errors.refused(
            "The `expires_at` timestamp must be from 30 minutes to 24 hours from now.",
            "parameter_invalid",
            "expires_at",
        )
    session = _blank(world, asked, amount=amount, currency=currency, expires_at=expires_at)
    world.later(expires_at - world.now(), "expire_session", session["id"])
    return world.store.add("checkout.session", session)


def _asked_for(asked: dict[str, Any]) -> tuple[int | None, str | None]:
    if asked["mode"] == "setup":
        if "line_items" in asked or "payment_intent_data" in asked:
            raise errors.refused("You can not pass `line_items` in `setup` mode.", param="mode")
        return None, asked.get("currency")
    if not asked.get("line_items"):
        raise errors.malformed(
            "Missing required param: line_items.", "line_items", "parameter_missing"
        )
    amount, currency = _total(asked["line_items"])
    intents.check_amount(amount, currency)
    return amount, currency


def _total(items: list[dict[str, Any]]) -> tuple[int, str]:
    total, currencies = 0, set()
    for number, item in enumerate(items):
        price = item.get("price_data")
        if not price or "unit_amount" not in price or "product_data" not in price:
            shown = f"line_items[{number}][price_data]"
            raise errors.malformed(f"Missing required param: {shown}.", shown, "parameter_missing")
        total += price["unit_amount"] * item.get("quantity", 1)
        currencies.add(price["currency"])
    if len(currencies) != 1:
        raise errors.refused("All line items must have one currency.", param="line_items")
    return total, currencies.pop()


def _blank(world: World, asked: dict[str, Any], **known: Any) -> Body:
    session_id = world.new_id("cs_test", 58)
    amount, customer = known["amount"], asked.get("customer")
    is_setup = asked["mode"] == "setup"
    setup = (
        setups.begin(world, {**asked.get("setup_intent_data", {}), "customer": customer})
        if is_setup
        else None
    )
    said = ("cancel_url", "client_reference_id", "customer", "customer_email", "locale")
    return {
        "id": session_id,
        "object": "checkout.session",
        **_PLAIN,
        **{name: asked.get(name) for name in (*said, "allowed_payment_method_types")},
        "amount_subtotal": amount,
        "amount_total": amount,
        "created": world.now(),
        "currency": known["currency"],
        "customer_creation": None if customer else "if_required",
        "expires_at": known["expires_at"],
        "metadata": asked.get("metadata", {}),
        "mode": asked["mode"],
        "payment_method_collection": "always" if is_setup else "if_required",
        "payment_status": "no_payment_required" if is_setup else "unpaid",
        "setup_intent": setup["id"] if setup else None,
        "submit_type": asked.get("submit_type"),
        "success_url": asked["success_url"],
        "url": f"{world.base_url}/pay/{session_id}",
        "sandbox_intent": asked.get("payment_intent_data", {}),
        "sandbox_title": _title(asked),
    }


def _title(asked: dict[str, Any]) -> str:
    if asked["mode"] == "setup":
        return "Save a card"
    return str(asked["line_items"][0]["price_data"]["product_data"]["name"])


def retrieve(world: World, asked: dict[str, Any], session: str) -> Body:
    """GET /v1/checkout/sessions/{id}."""
    return world.need("checkout.session", session, "session")


def expire(world: World, asked: dict[str, Any], session: str) -> Body:
    """POST /v1/checkout/sessions/{id}/expire."""
    found = world.need("checkout.session", session, "session")
    if found["status"] != "open":
        raise errors.refused(
            f"Only Checkout Sessions with a status in ['open'] can be expired. "
            f"This Checkout Session has a status of {found['status']}."
        )
    return close(world, found)


def close(world: World, session: Body) -> Body:
    """Expire an open session, and cancel the payment that it may have begun."""
    intent = session["payment_intent"] and world.store.get(session["payment_intent"])
    if intent and intent["status"] not in ("succeeded", "canceled"):
        intents.close(world, intent, "expired")
    setup = session["setup_intent"] and world.store.get(session["setup_intent"])
    if setup and setup["status"] not in ("succeeded", "canceled"):
        setups.close(world, setup, "abandoned")
    session.update(status="expired", url=None)
    world.store.put(session)
    world.announce("checkout.session.expired", shown(session))
    return session


def close_overdue(world: World, session_id: str) -> None:
    """The session's time has come on the virtual clock: expire it, unless it was paid."""
    session = world.store.get(session_id, "checkout.session")
    if session and session["status"] == "open":
        close(world, session)


def pay(world: World, session: Body, number: str) -> Body:
    """The hosted page was sent with this card; the intent as it is afterwards.

    :raises errors.ApiError: 400, the session is not open any more.
    """
    if session["status"] != "open":
        raise errors.refused(f"This Checkout Session is {session['status']}.", "session_closed")
    if session["setup_intent"]:
        setup = world.need("setup_intent", session["setup_intent"])
        method = customers.add_method(world, card_of(number), {})
        return complete(world, session, setups.save(world, setup, method))
    intent = session["payment_intent"] and world.store.get(session["payment_intent"])
    if not intent:
        wanted = session["sandbox_intent"]
        intent = intents.begin(
            world,
            {
                "amount": session["amount_total"],
                "currency": session["currency"],
                "customer": session["customer"],
                **{name: wanted[name] for name in _INTENT_FIELDS if name in wanted},
            },
        )
        session["payment_intent"] = intent["id"]
        world.store.put(session)
    if intent["status"] == "succeeded":
        return intent
    card = card_of(number)
    method = customers.add_method(world, card, {})
    return complete(world, session, intents.pay(world, intent, method, card))


def complete(world: World, session: Body, intent: Body) -> Body:
    """Close the session when its intent has succeeded."""
    if intent["status"] == "succeeded" and session["status"] == "open":
        session.update(
            customer_details={
                "address": None,
                "email": session["customer_email"],
                "name": None,
                "phone": None,
                "tax_exempt": "none",
                "tax_ids": [],
            },
            payment_status="paid" if session["mode"] == "payment" else "no_payment_required",
            status="complete",
            url=None,
        )
        world.store.put(session)
        world.announce("checkout.session.completed", shown(session))
    return intent


def session_of(world: World, intent_id: str) -> Body | None:
    """The session that began this PaymentIntent or SetupIntent, if any."""
    field = "setup_intent" if intent_id.startswith("seti_") else "payment_intent"
    return next(world.store.all("checkout.session", {field: intent_id}), None)
