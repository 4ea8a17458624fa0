"""Closed types: only what is declared passes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import pytest

from backend.core.errors import InvalidInput
from backend.core.ids import uuid7
from backend.realtime import frames
from backend.realtime.frames import Longest, Said

AN_ID = uuid7()


@dataclass(frozen=True)
class Inner(Said):
    level: float


@dataclass(frozen=True)
class Everything(Said):
    id: UUID
    text: Annotated[str, Longest(5)]
    number: int
    on: bool
    either: dict[str, Any] | str | None
    inner: Inner
    later: int | None = None


GOOD = {
    "id": str(AN_ID),
    "text": "hello",
    "number": 1,
    "on": True,
    "either": None,
    "inner": {"level": 1},
}


def test_what_is_declared_is_read_and_typed() -> None:
    assert frames.read(Everything, GOOD) == Everything(AN_ID, "hello", 1, True, None, Inner(1.0))
    assert frames.read(Everything, {**GOOD, "later": 7, "either": {"a": 1}}).later == 7


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"id": "7"}, "id"),
        ({"id": 7}, "id"),
        ({"text": "toolong"}, "text"),
        ({"text": "   "}, "text"),
        ({"text": None}, "text"),
        ({"number": True}, "number"),
        ({"number": 1.0}, "number"),
        ({"number": "1"}, "number"),
        ({"on": 1}, "on"),
        ({"either": 3}, "either"),
        ({"inner": {"level": "loud"}}, "inner"),
        ({"inner": {"level": 1, "more": 2}}, "inner"),
        ({"inner": []}, "inner"),
        ({"user_id": "me"}, "user_id"),
    ],
)
def test_anything_else_is_refused_by_name(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidInput, match=named):
        frames.read(Everything, {**GOOD, **wrong})


@pytest.mark.parametrize("missing", ["id", "text", "number", "on", "either", "inner"])
def test_what_is_missing_is_refused_by_name(missing: str) -> None:
    with pytest.raises(InvalidInput, match=missing):
        frames.read(Everything, {name: GOOD[name] for name in GOOD if name != missing})


@pytest.mark.parametrize("content", [None, 7, "text", [], True])
def test_content_is_an_object(content: object) -> None:
    with pytest.raises(InvalidInput):
        frames.read(Everything, content)
