"""Charging a card: the one place where money appears."""

from __future__ import annotations

from backend.stripe_sandbox.acts import balances, disputes, fraud_warnings
from backend.stripe_sandbox.cards import Card
from backend.stripe_sandbox.store import Body
from backend.stripe_sandbox.world import World


def take(world: World, intent: Body, method: Body, card: Card, failure: Body | None) -> Body:
    """Charge ``intent`` to ``method``; with ``failure`` the charge is recorded as failed."""
    charge = _blank(world, intent, method, card)
    if failure is None:
        settled = balances.record(
            world, "charge", charge, amount=charge["amount"], at_once=card.settles_at_once
        )
        charge.update(
            amount_captured=charge["amount"],
            balance_transaction=settled["id"],
            captured=True,
            paid=True,
            receipt_url=f"{world.base_url}/receipts/{charge['id']}",
            status="succeeded",
        )
    else:
        charge.update(failure_code=failure["code"], failure_message=failure["message"])
        charge["outcome"] = _outcome(failure)
    return world.store.add("charge", charge)


def follow(world: World, charge: Body, card: Card) -> None:
    """What a magic card brings upon a charge that succeeded."""
    if card.warns:
        fraud_warnings.warn(world, charge, "made_with_stolen_card")
    if card.dispute:
        disputes.open_case(world, charge, reason=card.dispute, inquiry=card.is_inquiry)


def of(world: World, named: str) -> Body:
    """The charge by its own id or its PaymentIntent's.

    :raises errors.ApiError: 404, there is none.
    """
    intent = world.store.get(named, "payment_intent")
    return world.need("charge", (intent["latest_charge"] or "") if intent else named, "charge")


def _outcome(failure: Body | None) -> Body:
    if failure is None:
        return {
            "advice_code": None,
            "network_advice_code": None,
            "network_decline_code": None,
            "network_status": "approved_by_network",
            "reason": None,
            "risk_level": "normal",
            "risk_score": 12,
            "seller_message": "Payment complete.",
            "type": "authorized",
        }
    return {
        **_outcome(None),
        "network_status": "declined_by_network",
        "reason": failure.get("decline_code") or failure["code"],
        "seller_message": "The bank did not say more.",
        "type": "issuer_declined",
    }


def _blank(world: World, intent: Body, method: Body, card: Card) -> Body:
    return {
        "id": world.new_id("ch"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": "SOULSEER",
        "captured": False,
        "created": world.now(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": False,
        "metadata": intent["metadata"],
        "on_behalf_of": None,
        "outcome": _outcome(None),
        "paid": False,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {"card": _card_details(card, method), "type": "card"},
        "radar_options": {},
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": None,
        "source": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "failed",
        "transfer_data": None,
        "transfer_group": intent["transfer_group"],
    }


def _card_details(card: Card, method: Body) -> Body:
    kept = ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding")
    return {
        **{name: method["card"][name] for name in kept},
        "amount_authorized": None,
        "installments": None,
        "last4": card.last4,
        "mandate": None,
        "network": card.brand,
        "three_d_secure": None,
        "wallet": None,
    }
