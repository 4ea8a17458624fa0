"""Events and webhook endpoints: how the outside hears of changes."""

from __future__ import annotations

from typing import Any

from backend.stripe_sandbox.acts.customers import merged
from backend.stripe_sandbox.store import Body
from backend.stripe_sandbox.world import API_VERSION, World


def retrieve_event(world: World, asked: dict[str, Any], event: str) -> Body:
    """GET /v1/events/{id}."""
    return present(world, world.need("event", event))


def present(world: World, event: Body) -> Body:
    """The event with the count of endpoints that have not taken it yet."""
    row = world.store.db.execute(
        "SELECT count(*) FROM delivery WHERE event = ? AND state != 'delivered'", [event["id"]]
    ).fetchone()
    return {**event, "pending_webhooks": row[0]}


def create(world: World, asked: dict[str, Any]) -> Body:
    """POST /v1/webhook_endpoints; the only answer that shows the secret."""
    secret = asked.pop("secret", None) or f"whsec_{world.new_id('x', 32)[2:]}"
    endpoint = {
        "id": world.new_id("we"),
        "object": "webhook_endpoint",
        "api_version": asked.get("api_version", API_VERSION),
        "application": None,
        "created": world.now(),
        "description": asked.get("description"),
        "enabled_events": asked["enabled_events"],
        "livemode": False,
        "metadata": asked.get("metadata", {}),
        "status": "enabled",
        "url": asked["url"],
        "sandbox_connect": asked.get("connect", False),
        "sandbox_secret": secret,
    }
    world.store.add("webhook_endpoint", endpoint)
    return {**endpoint, "secret": secret}


def retrieve(world: World, asked: dict[str, Any], endpoint: str) -> Body:
    """GET /v1/webhook_endpoints/{id}."""
    return world.need("webhook_endpoint", endpoint)


def update(world: World, asked: dict[str, Any], endpoint: str) -> Body:
    """POST /v1/webhook_endpoints/{id}."""
    found = world.need("webhook_endpoint", endpoint)
    found.update({n: asked[n] for n in ("description", "enabled_events", "url") if n in asked})
    if "disabled" in asked:
        found["status"] = "disabled" if asked["disabled"] else "enabled"
    found["metadata"] = merged(found["metadata"], asked.get("metadata"))
    return world.store.put(found)


def delete(world: World, asked: dict[str, Any], endpoint: str) -> Body:
    """DELETE /v1/webhook_endpoints/{id}; what waits for it is forgotten."""
    found = world.need("webhook_endpoint", endpoint)
    world.store.db.execute("DELETE FROM delivery WHERE endpoint = ?", [endpoint])
    world.store.db.execute("DELETE FROM object WHERE id = ?", [found["id"]])
    return {"id": endpoint, "object": "webhook_endpoint", "deleted": True}


def ensure(world: World, *, url: str, secret: str) -> None:
    """Have exactly one endpoint for ``url`` that wants every event, signed with ``secret``."""
    for found in world.store.all("webhook_endpoint", {"url": url}):
        if found["sandbox_secret"] != secret:
            world.store.put({**found, "sandbox_secret": secret})
        return
    # What Stripe would send to two endpoints, ours and the connected accounts', goes to this one.
    everything = {"secret": secret, "enabled_events": ["*"], "connect": None}
    create(world, {"url": url, **everything})
