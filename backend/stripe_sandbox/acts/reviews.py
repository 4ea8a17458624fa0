"""Reviews: a charge that Radar wants a person to look at."""

from __future__ import annotations

from typing import Any

from backend.stripe_sandbox import errors
from backend.stripe_sandbox.store import Body
from backend.stripe_sandbox.world import World


def begin(world: World, charge: Body, reason: str) -> Body:
    """Radar puts a charge before a person.

    :raises errors.ApiError: 400, it took no money or is under review already.
    """
    if charge["status"] != "succeeded" or charge["review"] or reason not in ("manual", "rule"):
        raise errors.refused(f"Charge {charge['id']} cannot be put under review.")
    review = {
        "id": world.new_id("prv"),
        "object": "review",
        "billing_zip": None,
        "charge": charge["id"],
        "closed_reason": None,
        "created": world.now(),
        "ip_address": None,
        "ip_address_location": None,
        "livemode": False,
        "open": True,
        "opened_reason": reason,
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "session": None,
    }
    world.store.put({**charge, "review": review["id"]})
    world.store.add("review", review)
    world.announce("review.opened", review)
    return review


def retrieve(world: World, asked: dict[str, Any], review: str) -> Body:
    """GET /v1/reviews/{id}."""
    return world.need("review", review)


def approve(world: World, asked: dict[str, Any], review: str) -> Body:
    """POST /v1/reviews/{id}/approve."""
    return end(world, world.need("review", review), "approved")


def end(world: World, review: Body, why: str) -> Body:
    """Close a review: ``approved``, ``refunded``, ``refunded_as_fraud`` or ``disputed``.

    :raises errors.ApiError: 400, it is closed already.
    """
    if not review["open"]:
        raise errors.refused("This review is closed already.")
    review.update(open=False, closed_reason=why, reason=why)
    world.store.put(review)
    charge = world.need("charge", review["charge"])
    world.store.put({**charge, "review": None})
    world.announce("review.closed", review)
    return review


def settle(world: World, charge: Body, why: str) -> None:
    """The charge was refunded or disputed: nobody needs to look any more."""
    review = charge["review"] and world.need("review", charge["review"])
    if review:
        end(world, review, why)
