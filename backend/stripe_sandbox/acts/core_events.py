"""Thin events of the second API, and the destinations that they are sent to."""

from __future__ import annotations

from typing import Any

from backend.stripe_sandbox import errors
from backend.stripe_sandbox.acts import lists
from backend.stripe_sandbox.acts.customers import merged
from backend.stripe_sandbox.store import Body
from backend.stripe_sandbox.world import World, instant

DESTINATION = "v2.core.event_destination"
EVENT = "v2.core.event"
_FETCHED = ("data", "changes")


def notification(event: Body) -> Body:
    """What a destination is sent: the event without what has to be fetched."""
    return {name: value for name, value in event.items() if name not in _FETCHED}


def retrieve_event(world: World, asked: dict[str, Any], event: str) -> Body:
    """GET /v2/core/events/{id}."""
    return _need(world, EVENT, event)


def events(world: World, asked: dict[str, Any]) -> Body:
    """GET /v2/core/events of 30 days, newest first."""
    more: list[tuple[str, list[Any]]] = []
    if "object_id" in asked:
        more.append(("json_extract(body, '$.related_object.id') = ?", [asked["object_id"]]))
    if asked.get("types"):
        marks = ", ".join("?" * len(asked["types"]))
        more.append((f"json_extract(body, '$.type') IN ({marks})", asked["types"]))
    more.append(("created >= ?", [world.now() - lists.EVENTS_KEPT_SECONDS]))
    return lists.core_page(world, EVENT, asked, "/v2/core/events", more)


def create(world: World, asked: dict[str, Any]) -> Body:
    """POST /v2/core/event_destinations: thin events to a webhook address."""
    if asked["event_payload"] != "thin" or asked["type"] != "webhook_endpoint":
        raise errors.refused("Only thin events to a webhook_endpoint are stood in for here.")
    secret = asked.pop("secret", None) or f"whsec_{world.new_id('x', 32)[2:]}"
    now = instant(world.now())
    destination = {
        "id": world.new_id("ed_test"),
        "object": DESTINATION,
        "amazon_eventbridge": None,
        "azure_event_grid": None,
        "created": now,
        "description": asked.get("description", ""),
        "enabled_events": asked["enabled_events"],
        "event_payload": "thin",
        "events_from": asked.get("events_from", ["@self"]),
        "livemode": False,
        "metadata": asked.get("metadata", {}),
        "name": asked["name"],
        "snapshot_api_version": None,
        "status": "enabled",
        "status_details": None,
        "type": "webhook_endpoint",
        "updated": now,
        "webhook_endpoint": None,
        "sandbox_created": world.now(),
        "sandbox_secret": secret,
        "sandbox_url": asked["webhook_endpoint"]["url"],
    }
    world.store.add(DESTINATION, destination)
    return _shown(destination, asked.get("include", []), secret)


def _shown(destination: Body, include: list[str], secret: str | None = None) -> Body:
    inside: Body = {"signing_secret": None, "url": None}
    if "webhook_endpoint.signing_secret" in include:
        inside["signing_secret"] = secret
    if "webhook_endpoint.url" in include:
        inside["url"] = destination["sandbox_url"]
    return {**destination, "webhook_endpoint": inside if any(inside.values()) else None}


def retrieve(world: World, asked: dict[str, Any], destination: str) -> Body:
    """GET /v2/core/event_destinations/{id}."""
    return _shown(_need(world, DESTINATION, destination), asked.get("include", []))


def update(world: World, asked: dict[str, Any], destination: str) -> Body:
    """POST /v2/core/event_destinations/{id}."""
    found = _need(world, DESTINATION, destination)
    plain = ("description", "enabled_events", "name")
    found.update({name: asked[name] for name in plain if name in asked})
    if "webhook_endpoint" in asked:
        found["sandbox_url"] = asked["webhook_endpoint"]["url"]
    found["metadata"] = merged(found["metadata"], asked.get("metadata"))
    found["updated"] = instant(world.now())
    return _shown(world.store.put(found), asked.get("include", []))


def enable(world: World, asked: dict[str, Any], destination: str) -> Body:
    """POST /v2/core/event_destinations/{id}/enable."""
    return _switch(world, destination, "enabled")


def disable(world: World, asked: dict[str, Any], destination: str) -> Body:
    """POST /v2/core/event_destinations/{id}/disable."""
    return _switch(world, destination, "disabled")


def _switch(world: World, destination: str, status: str) -> Body:
    found = _need(world, DESTINATION, destination)
    details = {"disabled": {"reason": "user"}} if status == "disabled" else None
    found.update(status=status, status_details=details)
    return world.store.put(found)


def delete(world: World, asked: dict[str, Any], destination: str) -> Body:
    """DELETE /v2/core/event_destinations/{id}; what waits for it is forgotten."""
    found = _need(world, DESTINATION, destination)
    world.store.db.execute("DELETE FROM delivery WHERE endpoint = ?", [found["id"]])
    world.store.db.execute("DELETE FROM object WHERE id = ?", [found["id"]])
    return {"id": destination, "object": DESTINATION}


def destinations(world: World, asked: dict[str, Any]) -> Body:
    """GET /v2/core/event_destinations."""
    url = "/v2/core/event_destinations"
    return lists.core_page(world, DESTINATION, asked, url)


def ensure(world: World, *, url: str, secret: str) -> None:
    """Have exactly one destination for ``url`` that wants every event, signed with ``secret``."""
    for found in world.store.all(DESTINATION):
        if found["sandbox_url"] == url:
            world.store.put({**found, "sandbox_secret": secret})
            return
    asked = {"name": "ours", "enabled_events": ["*"], "webhook_endpoint": {"url": url}}
    kind = {"event_payload": "thin", "type": "webhook_endpoint", "secret": secret}
    with world.store.transaction():
        create(world, {**asked, **kind})


def _need(world: World, kind: str, object_id: str) -> Body:
    found = world.store.get(object_id, kind)
    if found is None:
        raise errors.ApiError(404, f"Not found: {object_id}", code="not_found")
    return found
