"""Lists: one cursor rule for every kind of object."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from backend.stripe_sandbox import errors
from backend.stripe_sandbox.acts import balances, observers
from backend.stripe_sandbox.store import Body
from backend.stripe_sandbox.world import World

_CURSORS = ("limit", "starting_after", "ending_before", "expand", "created")
_COMPARE: dict[str, Callable[[int, int], bool]] = {
    "gt": lambda a, b: a > b,
    "gte": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "lte": lambda a, b: a <= b,
}
LIMIT_DEFAULT, LIMIT_MAX, TYPES_MAX = 10, 100, 20


def of(kind: str, url: str) -> Callable[..., Body]:
    """The act that lists objects of ``kind``; plain filters are equal top-level fields."""

    def act(world: World, asked: dict[str, Any], **path: str) -> Body:
        where = {n: v for n, v in {**asked, **path}.items() if n not in _CURSORS}
        return page(world.store.all(kind, where), asked, url.format(**path))

    return act


def balance_transactions(world: World, asked: dict[str, Any]) -> Body:
    """GET /v1/balance_transactions."""
    where: dict[str, Any] = {n: asked[n] for n in asked if n in ("currency", "source", "type")}
    rows = world.store.all("balance_transaction", where)
    return page((balances.present(world, r) for r in rows), asked, "/v1/balance_transactions")


def events(world: World, asked: dict[str, Any]) -> Body:
    """GET /v1/events with ``type`` (may end in ``*``), ``types``, ``delivery_success``."""
    if "type" in asked and "types" in asked:
        raise errors.malformed("You may pass either `type` or `types`.", "types", "parameters_both")
    if len(asked.get("types", [])) > TYPES_MAX:
        raise errors.malformed("At most 20 types.", "types", "parameter_invalid")
    return page(_wanted(world, asked), asked, "/v1/events")


def _wanted(world: World, asked: dict[str, Any]) -> Iterator[Body]:
    types, pattern = asked.get("types"), asked.get("type", "")
    for event in world.store.all("event"):
        if types and event["type"] not in types:
            continue
        if pattern.endswith("*") and not event["type"].startswith(pattern[:-1]):
            continue
        if pattern and not pattern.endswith("*") and event["type"] != pattern:
            continue
        shown = observers.present(world, event)
        delivered = not shown["pending_webhooks"]
        if asked.get("delivery_success", delivered) == delivered:
            yield shown


def page(rows: Iterator[Body], asked: dict[str, Any], url: str) -> Body:
    """One page, newest first.

    :raises errors.ApiError: 400, a limit out of 1..100 or a cursor that is not in the list.
    """
    limit = asked.get("limit", LIMIT_DEFAULT)
    if not 1 <= limit <= LIMIT_MAX:
        raise errors.malformed("Limit must be 1 to 100.", "limit", "parameter_invalid_integer")
    found = [row for row in rows if _in_time(row, asked.get("created"))]
    if "starting_after" in asked:
        found = found[_place(found, asked["starting_after"], "starting_after") + 1 :]
    elif "ending_before" in asked:
        before = found[: _place(found, asked["ending_before"], "ending_before")]
        return _list(before[-limit:], url, has_more=len(before) > limit)
    return _list(found[:limit], url, has_more=len(found) > limit)


def _list(rows: list[Body], url: str, *, has_more: bool) -> Body:
    return {"object": "list", "data": rows, "has_more": has_more, "url": url}


def _place(rows: list[Body], cursor: str, param: str) -> int:
    for place, row in enumerate(rows):
        if row["id"] == cursor:
            return place
    raise errors.refused(f"No such object: '{cursor}'", "resource_missing", param)


def _in_time(row: Body, created: Any) -> bool:
    if created is None:
        return True
    if isinstance(created, int):
        return bool(row["created"] == created)
    return all(_COMPARE[word](row["created"], bound) for word, bound in created.items())
