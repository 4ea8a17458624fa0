"""How late the event loop is: what every packet waits, and the honest measure of being full."""

from __future__ import annotations

import asyncio
from collections import deque
from statistics import median
from typing import Final

PROBE_SECONDS: Final = 0.05
PROBES: Final = 40


class Lag:
    """The median lateness of a timer over the last two seconds."""

    def __init__(self) -> None:
        self._late: deque[float] = deque(maxlen=PROBES)

    @property
    def milliseconds(self) -> float:
        """The median; 0 before the first probe."""
        return round(median(self._late) * 1_000, 2) if self._late else 0.0

    async def watch(self) -> None:
        """Probe until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + PROBE_SECONDS
            await asyncio.sleep(PROBE_SECONDS)
            self._late.append(max(0.0, loop.time() - due))
