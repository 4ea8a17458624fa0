"""Early fraud warnings: the card's network suspects a charge before anybody disputes it."""

from __future__ import annotations

from typing import Any

from backend.stripe_sandbox import errors
from backend.stripe_sandbox.store import Body
from backend.stripe_sandbox.world import World

KIND = "radar.early_fraud_warning"
TYPES = (
    "card_never_received",
    "fraudulent_card_application",
    "made_with_counterfeit_card",
    "made_with_lost_card",
    "made_with_stolen_card",
    "misc",
    "unauthorized_use_of_card",
)


def warn(world: World, charge: Body, fraud_type: str) -> Body:
    """The network warns about ``charge``.

    :raises errors.ApiError: 400, the charge took no money, or an unknown type.
    """
    if charge["status"] != "succeeded" or fraud_type not in TYPES:
        raise errors.refused(f"Charge {charge['id']} cannot be warned of as {fraud_type}.")
    warning = {
        "id": world.new_id("issfr"),
        "object": KIND,
        "actionable": _is_actionable(charge),
        "charge": charge["id"],
        "created": world.now(),
        "fraud_type": fraud_type,
        "livemode": False,
        "payment_intent": charge["payment_intent"],
    }
    world.store.add(KIND, warning)
    world.announce(f"{KIND}.created", warning)
    return warning


def settle(world: World, charge: Body) -> None:
    """A charge that is refunded or disputed leaves nothing to act on."""
    for warning in world.store.all(KIND, {"charge": charge["id"]}):
        if warning["actionable"] and not _is_actionable(charge):
            warning["actionable"] = False
            world.store.put(warning)
            world.announce(f"{KIND}.updated", warning, {"actionable": True})


def _is_actionable(charge: Body) -> bool:
    return not charge["disputed"] and not charge["refunded"]


def retrieve(world: World, asked: dict[str, Any], warning: str) -> Body:
    """GET /v1/radar/early_fraud_warnings/{id}."""
    return world.need(KIND, warning)
