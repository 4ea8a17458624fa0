"""Who handles what. Apps register their handlers in ``reactions.py``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, Protocol

from backend.inbox.models import ExternalEvent

Fetch = Callable[[ExternalEvent], object]


class Handler(Protocol):
    """Makes our rows agree with what happened. Runs in one transaction with the event."""

    def __call__(self, event: ExternalEvent, *, at: datetime) -> None: ...


class Handling(NamedTuple):
    """A handler, and what it needs to be fetched before its transaction begins."""

    handler: Handler
    fetch: Fetch | None


class NotForUs(Exception):
    """Raised by a handler: the event is of another mode, place or thing. It is ignored."""


_handlings: dict[tuple[str, str], Handling] = {}


def handles(source: str, type: str, *, fetch: Fetch | None = None) -> Callable[[Handler], Handler]:  # noqa: A002
    """Register the one handler of an event type.

    ``fetch`` calls the other system before any transaction or lock; what it returns is
    ``event.fetched`` while the handler runs.
    :raises ValueError: another handler has that type.
    """

    def register(handler: Handler) -> Handler:
        known = _handlings.setdefault((source, type), Handling(handler, fetch))
        if known.handler is not handler:
            raise ValueError(f"{source} {type} already has a handler.")
        return handler

    return register


def handling_of(event: ExternalEvent) -> Handling | None:
    """How an event is handled, or None: nobody cares about its type."""
    return _handlings.get((event.source, event.type))


def types_of(source: str) -> list[str]:
    """The event types of a source that somebody handles."""
    return sorted(type_ for known, type_ in _handlings if known == source)
