"""What one page's socket keeps as evidence: a sample now and then, and each change of its media.

Nothing is written per beat, and samples are written together with those of other sockets.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from backend.core import clock
from live import notebooks
from live.quality import Stats
from live.services import happenings
from live.services.evidence import Sample
from live.states import Peer

_SAMPLE_SECONDS: Final = 15
Ask = Callable[..., Awaitable[Any]]


class Witness:
    """One side of one reading, as its page tells it. ``ask`` runs a service in a thread."""

    def __init__(self, session_id: UUID, peer: Peer, ask: Ask) -> None:
        self._session_id, self._peer = session_id, peer
        self._of = {"session_id": session_id, "peer": peer}
        self._ask = ask
        self._devices: tuple[bool, bool] | None = None
        self._media: tuple[bool, tuple[bool, bool] | None] | None = None
        self._loudest = 0.0
        self._sampled_at = 0.0

    def devices_are(self, *, microphone: bool, camera: bool) -> None:
        """The page switched one of its devices; the next beat keeps it."""
        self._devices = (microphone, camera)

    async def beat(self, *, up: bool, stats: Stats | None) -> None:
        """The page has beaten; ``stats`` are its figures, when it sent some."""
        if stats is not None:
            self._sample(stats)
        if self._media != (up, self._devices):
            self._media = (up, self._devices)
            await self._ask(
                happenings.media_changed,
                up=up,
                devices=self._devices,
                at=clock.now(),
                **self._of,
            )

    async def gone(self, code: int) -> None:
        """The socket has closed, with ``code`` or 0."""
        await notebooks.here().write(self._ask)
        await self._ask(happenings.socket_closed, code=code, at=clock.now(), **self._of)

    def _sample(self, stats: Stats) -> None:
        self._loudest = max(self._loudest, stats.audio_level or 0.0)
        now = time.monotonic()
        if now - self._sampled_at < _SAMPLE_SECONDS:
            return
        self._sampled_at = now
        if stats.audio_level is not None:  # one quiet instant is no silence
            stats = replace(stats, audio_level=self._loudest)
        self._loudest = 0.0
        sample = Sample(self._session_id, self._peer, stats, self._devices, clock.now())
        notebooks.here().add(sample, self._ask)
