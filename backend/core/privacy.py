"""What is kept of a person: how it is handed out, erased and forgotten, each app for its own rows.

Every app says so in its ``privacy.py``, which is imported when the product starts; nobody has to
know the app. A house test sees that every table that names a person is said something about.

- ``exports``: a part of the archive that a person may ask for
- ``erases``: what happens to the app's rows when a person has themselves erased
- ``objects``: why a person cannot be erased now
- ``forgets``: how long a kind of row is kept for anybody
- ``withholds``: what an open case needs and nobody may forget meanwhile
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol, TypeVar
from uuid import UUID

from django.db.models import QuerySet

CHUNK_ROWS: Final = 500  # of an export in memory at once
FORGET_BATCH: Final = 5_000  # rows that one call of a rule may delete

Row = Mapping[str, object]


class Eraser(Protocol):
    """Make one app's rows of a person say nothing about them. How many rows changed."""

    def __call__(self, *, user_id: UUID, at: datetime) -> int: ...


class Forgetter(Protocol):
    """Forget what is older than ``before``, a bounded number of rows; how many went."""

    def __call__(self, *, before: datetime) -> int: ...


@dataclass(frozen=True)
class Part:
    """One file of an export: ``rows`` streams it, so that no history is too long."""

    slug: str
    title: str
    words: str
    rows: Callable[[UUID], Iterator[Row]]


@dataclass(frozen=True)
class Objection:
    """Why a person cannot be erased now, in words, and the page where that is settled."""

    code: str
    words: str
    url: str = ""
    label: str = ""


@dataclass(frozen=True)
class Rule:
    """How long one kind of row is kept. ``kept_words`` is what people read."""

    slug: str
    title: str
    kept: timedelta
    kept_words: str
    why: str
    forget: Forgetter


_parts: dict[str, Part] = {}
_erasers: dict[str, Eraser] = {}
_objectors: list[Callable[[UUID], Iterable[Objection]]] = []
_rules: dict[str, Rule] = {}
_withholders: list[Callable[[], Iterable[str]]] = []
_said_of: dict[str, str] = {}  # table -> where, or why it is left out

_Rows = TypeVar("_Rows", bound=Callable[[UUID], Iterator[Row]])
_Erases = TypeVar("_Erases", bound=Eraser)
_Forgets = TypeVar("_Forgets", bound=Forgetter)
_Objects = TypeVar("_Objects", bound=Callable[[UUID], Iterable[Objection]])
_Withholds = TypeVar("_Withholds", bound=Callable[[], Iterable[str]])


def exports(
    slug: str, *, title: str, words: str, tables: Iterable[str] = ()
) -> Callable[[_Rows], _Rows]:
    """Register a part of the export. ``tables``: which models it covers (``app.Model``)."""

    def register(rows: _Rows) -> _Rows:
        _parts[slug] = Part(slug, title, words, rows)
        _said_of.update(dict.fromkeys(tables, slug))
        return rows

    return register


def leaves_out(**tables: str) -> None:
    """Say why models (``app__Model``) that name a person are in no export."""
    _said_of.update({name.replace("__", "."): why for name, why in tables.items()})


def erases(slug: str) -> Callable[[_Erases], _Erases]:
    """Register what erasing a person does to the app's rows, in the caller's transaction."""

    def register(eraser: _Erases) -> _Erases:
        _erasers[slug] = eraser
        return eraser

    return register


def objects(objector: _Objects) -> _Objects:
    """Register a reason for which a person may not be erased yet."""
    _objectors.append(objector)
    return objector


def forgets(
    slug: str, *, title: str, kept: timedelta, kept_words: str, why: str
) -> Callable[[_Forgets], _Forgets]:
    """Register how long a kind of row is kept, and what forgets it afterwards."""

    def register(forget: _Forgets) -> _Forgets:
        _rules[slug] = Rule(slug, title, kept, kept_words, why, forget)
        return forget

    return register


def withholds(names: _Withholds) -> _Withholds:
    """Register what open cases are about, as ``kind:id``: evidence is kept until they close."""
    _withholders.append(names)
    return names


def parts() -> list[Part]:
    """Every part of an export, by title."""
    return sorted(_parts.values(), key=lambda part: part.title)


def erasers() -> dict[str, Eraser]:
    """What erases a person, by the name of the app; accounts come last, for others ask them."""
    return dict(sorted(_erasers.items(), key=lambda named: (named[0] == "accounts", named[0])))


def objections(user_id: UUID) -> list[Objection]:
    """Every reason for which a person cannot be erased now."""
    return [objection for objector in _objectors for objection in objector(user_id)]


def rules() -> list[Rule]:
    """How long everything is kept, shortest first."""
    return sorted(_rules.values(), key=lambda rule: (rule.kept, rule.title))


def withheld(kind: str) -> list[str]:
    """Ids of things of ``kind`` (``session``, ``gift``) that an open case is about."""
    names = {name for names in _withholders for name in names()}
    return sorted(name.partition(":")[2] for name in names if name.startswith(f"{kind}:"))


def said_of() -> dict[str, str]:
    """Table -> the part of the export that has it, or why none has (for the house test)."""
    return dict(_said_of)


def rows(found: QuerySet[Any], *fields: str, **renamed: Any) -> Iterator[Row]:
    """Stream ``fields`` of rows as plain dicts, a few in memory at a time."""
    yield from found.values(*fields, **renamed).iterator(chunk_size=CHUNK_ROWS)
