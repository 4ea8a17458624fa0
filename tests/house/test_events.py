"""The registry of events: the one place of what a browser hears."""

from __future__ import annotations

import ast
import dataclasses
import re

from backend.realtime import events
from tests.house import tree

REGISTERED = [event for name, event in events.REGISTRY.items() if name]


def test_the_registry_is_not_empty() -> None:
    assert len(REGISTERED) > 10


def test_every_event_is_frozen_and_says_to_whom_it_goes() -> None:
    wanting = [
        event.__name__
        for event in REGISTERED
        if not dataclasses.is_dataclass(event)
        or not event.__dataclass_params__.frozen  # type: ignore[attr-defined]
        or not re.match(r"To |Inward", (event.__doc__ or "").strip())
    ]

    assert wanting == []


def test_every_name_on_the_wire_is_plain_kebab() -> None:
    assert [
        name for name in events.REGISTRY if name and not re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
    ] == []


def test_events_are_declared_in_the_registry_only() -> None:
    elsewhere = [
        f"{tree.named(path)}:{node.lineno}"
        for path in tree.python_files(tests=False)
        if not tree.named(path).startswith("backend/realtime/events/")
        for node in ast.walk(tree.parsed(path))
        if isinstance(node, ast.ClassDef)
        and {"Event", "events.Event"} & {ast.unparse(base) for base in node.bases}
    ]

    assert elsewhere == []
