"""Samples that wait to be written together: one trip to the database for all sockets of a process.

Written one by one they cost a socket process more than everything else that it does in calls.
What waits is lost with the process, two seconds of it: a sample is evidence, and no money.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final
from weakref import WeakKeyDictionary

import structlog

from live.services import evidence
from live.services.evidence import Sample

log = structlog.get_logger(__name__)
WAIT_SECONDS: Final = 2.0
SAMPLES_AT_ONCE: Final = 500
Ask = Callable[..., Awaitable[Any]]


class Notebook:
    """The samples of one event loop. ``ask`` runs a service in a thread."""

    def __init__(self) -> None:
        self._waiting: list[Sample] = []
        self._timer: asyncio.TimerHandle | None = None
        self._writing: set[asyncio.Task[None]] = set()

    def add(self, sample: Sample, ask: Ask) -> None:
        """Keep this one, within two seconds."""
        self._waiting.append(sample)
        if len(self._waiting) >= SAMPLES_AT_ONCE:
            self._begin(ask)
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(WAIT_SECONDS, self._begin, ask)

    async def write(self, ask: Ask) -> None:
        """Write all that waits, now. A failure is logged: the sockets go on without."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        samples, self._waiting = self._waiting, []
        if samples:
            try:
                await ask(evidence.keep, samples)
            except Exception:
                log.exception("samples_not_kept", samples=len(samples))

    def _begin(self, ask: Ask) -> None:
        task = asyncio.get_running_loop().create_task(self.write(ask))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)


_notebooks: WeakKeyDictionary[asyncio.AbstractEventLoop, Notebook] = WeakKeyDictionary()


def here() -> Notebook:
    """The notebook of the running event loop."""
    return _notebooks.setdefault(asyncio.get_running_loop(), Notebook())
