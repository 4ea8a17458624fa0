"""``python -m bench.streams.load``: the load's own process; a JSON line in, a JSON line out.

``{"open": "ours" or "janus", "url": Janus' websocket, "address": ours}``, ``{"publish": grant}``,
``{"decode": grant}``, ``{"join": [grants]}`` (gives ``seconds``) and ``{"count": true}``.
Every answer has ``cpu``, the seconds of CPU that this process used so far.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from dataclasses import asdict
from typing import Any, Final

from bench.streams import doors, peers
from bench.streams.doors import Door, Grant
from bench.streams.peers import Counters, Decoder

VIEWERS_MAX: Final = 1_000
AT_ONCE: Final = 8


class Load:
    """One publisher, light viewers, and at most one that decodes."""

    def __init__(self) -> None:
        self._door: Door | None = None
        self._decoder: Decoder | None = None
        self._counters = Counters(VIEWERS_MAX)
        self._held: list[Any] = []

    async def obey(self, order: dict[str, Any]) -> dict[str, Any]:
        """Do one thing."""
        word, what = next(iter(order.items()))
        if word == "open":
            peers.stay_on(order["address"])
            self._door = doors.Janus(order["url"]) if what == "janus" else doors.Ours()
            return {}
        if word == "count":
            return self._count()
        if self._door is None:
            raise SystemExit("Say first which door.")
        if word == "publish":
            self._held.append(await self._door.publish(what))
        elif word == "decode":
            self._held.append(await self._door.watch(what))
            self._decoder = Decoder(self._held[-1])
        elif word == "join":
            return {"seconds": await self._join(self._door, what)}
        return {}

    async def _join(self, door: Door, grants: list[Grant]) -> float:
        began, rest = time.monotonic(), list(grants)

        async def some() -> None:
            while rest:
                peer = await door.watch(rest.pop())
                self._counters.add(peer)
                self._held.append(peer)

        await asyncio.gather(*(some() for _ in range(AT_ONCE)))
        return time.monotonic() - began

    def _count(self) -> dict[str, Any]:
        pause, self._counters.longest_pause = self._counters.longest_pause, 0.0
        frames = self._decoder.frames if self._decoder else 0
        counted = asdict(self._counters.counted())
        return {**counted, "frames": frames, "pause": pause, "at": time.monotonic()}


async def serve() -> None:
    """Obey until the end of input."""
    load, loop = Load(), asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        answer = await load.obey(json.loads(line))
        used = resource.getrusage(resource.RUSAGE_SELF)
        print(json.dumps({**answer, "cpu": used.ru_utime + used.ru_stime}), flush=True)


if __name__ == "__main__":
    asyncio.run(serve())
