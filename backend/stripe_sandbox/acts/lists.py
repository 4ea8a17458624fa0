"""Lists: one cursor rule for every kind of object."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from backend.stripe_sandbox import errors
from backend.stripe_sandbox.acts import balances, observers
from backend.stripe_sandbox.store import Body, Condition, Page
from backend.stripe_sandbox.world import DAY_SECONDS, World, caller

_CURSORS = ("limit", "starting_after", "ending_before", "expand", "created")
_COMPARE = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_UNDELIVERED = "SELECT 1 FROM delivery WHERE event = object.id AND state != 'delivered'"
LIMIT_DEFAULT, LIMIT_MAX, TYPES_MAX = 10, 100, 20
_DELETABLE = ("account", "customer")
_LEFT: Condition = ("json_extract(body, '$.deleted') IS NULL", [])
EVENTS_KEPT_SECONDS = 30 * DAY_SECONDS


def of(kind: str, url: str) -> Callable[..., Body]:
    """The act that lists objects of ``kind``; plain filters are equal top-level fields."""

    def act(world: World, asked: dict[str, Any], **path: str) -> Body:
        where = {n: v for n, v in {**asked, **path}.items() if n not in _CURSORS}
        return page(world, kind, asked, url.format(**path), where=where)

    return act


def balance_transactions(world: World, asked: dict[str, Any]) -> Body:
    """GET /v1/balance_transactions."""
    where = {n: asked[n] for n in asked if n in ("currency", "source", "type")}
    found = page(world, "balance_transaction", asked, "/v1/balance_transactions", where=where)
    return {**found, "data": [balances.present(world, row) for row in found["data"]]}


def events(world: World, asked: dict[str, Any]) -> Body:
    """GET /v1/events of 30 days: ``type`` (may end in ``*``), ``types``, ``delivery_success``."""
    if "type" in asked and "types" in asked:
        raise errors.malformed("You may pass either `type` or `types`.", "types", "parameters_both")
    if len(asked.get("types", [])) > TYPES_MAX:
        raise errors.malformed("At most 20 types.", "types", "parameter_invalid")
    found = page(world, "event", asked, "/v1/events", more=_of_events(world, asked))
    return {**found, "data": [observers.present(world, row) for row in found["data"]]}


def _of_events(world: World, asked: dict[str, Any]) -> list[Condition]:
    more: list[Condition] = [("created >= ?", [world.now() - EVENTS_KEPT_SECONDS])]
    kind, types = asked.get("type", ""), asked.get("types", [])
    if kind.endswith("*"):
        more.append(("json_extract(body, '$.type') GLOB ?", [kind]))
    elif kind or types:
        named = types or [kind]
        marks = ", ".join("?" * len(named))
        more.append((f"json_extract(body, '$.type') IN ({marks})", named))
    if "delivery_success" in asked:
        negation = "NOT " if asked["delivery_success"] else ""
        more.append((f"{negation}EXISTS ({_UNDELIVERED})", []))
    return more


def page(
    world: World,
    kind: str,
    asked: dict[str, Any],
    url: str,
    *,
    where: dict[str, Any] | None = None,
    more: list[Condition] | None = None,
) -> Body:
    """One page, newest first.

    :raises errors.ApiError: 400, a limit out of 1..100 or a cursor that is not in the list.
    """
    limit = asked.get("limit", LIMIT_DEFAULT)
    if not 1 <= limit <= LIMIT_MAX:
        raise errors.malformed("Limit must be 1 to 100.", "limit", "parameter_invalid_integer")
    rows, has_more = world.store.page(
        kind,
        Page(
            where=where or {},
            more=(*(more or ()), *_in_time(asked.get("created")), *_left(kind)),
            account=caller.get().account,
            after=_place(world, kind, asked, "starting_after"),
            before=_place(world, kind, asked, "ending_before"),
            limit=limit,
        ),
    )
    return {"object": "list", "data": rows, "has_more": has_more, "url": url}


def core_page(
    world: World,
    kind: str,
    asked: dict[str, Any],
    url: str,
    more: list[Condition] | None = None,
) -> Body:
    """One page in the second API's manner: a ready-made address leads to the next one."""
    limit = asked.get("limit", LIMIT_DEFAULT)
    if not 1 <= limit <= LIMIT_MAX:
        raise errors.malformed("Limit must be 1 to 100.", "limit", "invalid_limit")
    after = int(asked["page"]) if "page" in asked else None
    wanted = Page(more=(*(more or ()), *_left(kind)), after=after, limit=limit)
    rows, has_more = world.store.page(kind, wanted)
    following = None
    if has_more:
        place = world.store.place(kind, rows[-1]["id"])
        kept = {n: v for n, v in asked.items() if n == "object_id"}
        types = {f"types[{i}]": word for i, word in enumerate(asked.get("types", []))}
        following = f"{url}?{urlencode({**kept, **types, 'limit': limit, 'page': place})}"
    return {"data": rows, "next_page_url": following, "previous_page_url": None}


def _place(world: World, kind: str, asked: dict[str, Any], param: str) -> int | None:
    if param not in asked:
        return None
    place = world.store.place(kind, asked[param])
    if place is None:
        raise errors.refused(f"No such object: '{asked[param]}'", "resource_missing", param)
    return place


def _left(kind: str) -> list[Condition]:
    """A list does not show what was deleted."""
    return [_LEFT] if kind in _DELETABLE else []


def _in_time(created: Any) -> list[Condition]:
    if created is None:
        return []
    bounds = {"=": created} if isinstance(created, int) else created
    return [(f"created {_COMPARE.get(word, '=')} ?", [at]) for word, at in bounds.items()]
