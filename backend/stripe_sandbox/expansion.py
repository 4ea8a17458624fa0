"""``expand[]``: put objects where their ids stand, along a dotted path."""

from __future__ import annotations

from typing import Any

from backend.stripe_sandbox.acts import balances
from backend.stripe_sandbox.errors import malformed
from backend.stripe_sandbox.store import Body, shown
from backend.stripe_sandbox.world import World

DEPTH_MAX = 4


def present(world: World, body: Body, paths: list[str]) -> Body:
    """The answer as the caller sees it: expanded, and without the sandbox's own fields.

    :raises ApiError: 400, a path leads nowhere.
    """
    body = _clean(body)
    for path in paths:
        steps = path.split(".")
        if len(steps) > DEPTH_MAX:
            raise malformed("You cannot expand more than 4 levels.", "expand", "expand_too_deep")
        _expand(world, body, steps, path)
    return body


def _expand(world: World, node: Any, steps: list[str], path: str) -> None:
    if isinstance(node, list):
        for item in node:
            _expand(world, item, steps, path)
        return
    name = steps[0]
    if not isinstance(node, dict) or name not in node:
        message = f"This property cannot be expanded ({path})."
        raise malformed(message, "expand", "property_not_expandable")
    if isinstance(node[name], str):
        node[name] = _object(world, node[name], path)
    if len(steps) > 1 and node[name] is not None:
        _expand(world, node[name], steps[1:], path)


def _object(world: World, object_id: str, path: str) -> Body:
    found = world.store.get(object_id)
    if found is None:
        message = f"This property cannot be expanded ({path})."
        raise malformed(message, "expand", "property_not_expandable")
    if found["object"] == "balance_transaction":
        found = balances.present(world, found)
    return shown(found)


def _clean(node: Any) -> Any:
    if isinstance(node, dict):
        return {name: _clean(value) for name, value in shown(node).items()}
    if isinstance(node, list):
        return [_clean(item) for item in node]
    return node
