"""Announcements: how one app lets those above or beside it react, without importing them.

An app announces a typed fact; others registered a reaction in their ``reactions.py``, which
their ``AppConfig.ready()`` imports. Reactions run at once, in the same transaction, so they
commit or roll back with the fact. The due sweeps are the net beneath.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar


@dataclass(frozen=True)
class Announcement:
    """Base of every announced fact: plain values only."""


A = TypeVar("A", bound=Announcement)
_reactions: dict[type[Announcement], list[Callable[[Any], None]]] = defaultdict(list)


def on(kind: type[A]) -> Callable[[Callable[[A], None]], Callable[[A], None]]:
    """Register a reaction to ``kind``."""

    def register(reaction: Callable[[A], None]) -> Callable[[A], None]:
        if reaction not in _reactions[kind]:
            _reactions[kind].append(reaction)
        return reaction

    return register


def announce(fact: Announcement) -> None:
    """Tell every registered reaction, in the caller's transaction.

    :raises Exception: whatever a reaction raises; the fact then rolls back with it.
    """
    for reaction in _reactions[type(fact)]:
        reaction(fact)


def reactions() -> dict[type[Announcement], list[Callable[[Any], None]]]:
    """Who reacts to what (for the house test)."""
    return dict(_reactions)
