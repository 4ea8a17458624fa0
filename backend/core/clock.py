"""The clock of the doors. Below the doors nobody asks the time: services take ``at``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

_NOT_AT_ALL = timedelta(0)
_frozen: ContextVar[datetime | None] = ContextVar("frozen_clock", default=None)


def now() -> datetime:
    """The present instant in UTC, or the instant a test has frozen."""
    return _frozen.get() or datetime.now(UTC) + ahead()


def ahead() -> timedelta:
    """How far a rehearsal has moved every clock of the product forward.

    Read anew from ``CLOCK_AHEAD_FILE`` (seconds, as text) each time, so that all processes jump
    at once, also those that read the database's or Redis' clock. Production has no such file:
    the process refuses to start with one.
    """
    if not settings.CLOCK_AHEAD_FILE:
        return _NOT_AT_ALL
    try:
        return timedelta(seconds=float(Path(settings.CLOCK_AHEAD_FILE).read_text()))
    except FileNotFoundError:
        return _NOT_AT_ALL


def ahead_ms() -> int:
    """The same in milliseconds, for the scripts that ask Redis for the time."""
    return ahead() // timedelta(milliseconds=1)


@contextmanager
def frozen(at: datetime) -> Iterator[datetime]:
    """Stop the clock of this thread or task at ``at`` (for in-process API tests)."""
    token = _frozen.set(at)
    try:
        yield at
    finally:
        _frozen.reset(token)
