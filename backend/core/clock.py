"""The clock of the doors. Below the doors nobody asks the time: services take ``at``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_frozen: ContextVar[datetime | None] = ContextVar("frozen_clock", default=None)


def now() -> datetime:
    """The present instant in UTC, or the instant a test has frozen."""
    return _frozen.get() or datetime.now(UTC)


@contextmanager
def frozen(at: datetime) -> Iterator[datetime]:
    """Stop the clock of this thread or task at ``at`` (for in-process API tests)."""
    token = _frozen.set(at)
    try:
        yield at
    finally:
        _frozen.reset(token)
