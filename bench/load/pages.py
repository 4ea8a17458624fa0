"""``python -m bench.load.pages PLAN``: all pages of the load in a process of its own.

PLAN is a JSON file ``{"web_port", "sockets_port", "pairs", "host", "ramp_per_second",
"hold_seconds", "api_per_second"}``. Says in a line of JSON when all readings run (``full``) and
when the time of holding is over (``over``), and at the end all that was measured.
"""

from __future__ import annotations

import asyncio
import gc
import json
import random
import resource
import sys
import time
from pathlib import Path
from typing import Any, Final

import uvloop

from bench.load.readings import BEAT_SECONDS, Reading, Seen, Web
from bench.load.wire import Refused, Socket

LINES: Final = 8
DROPS_ONE_OF: Final = 10
END_SECONDS: Final = 30.0
_ASKED: Final = (
    "/readers/?limit=20",
    "/sessions/active/",
    "/payments/balance/",
    "/sessions/?limit=20",
    "/notifications/?limit=20",
)


async def run(plan: dict[str, Any]) -> dict[str, Any]:
    """Bring all readings up, hold them, ask the API meanwhile, end them."""
    seen, chance = Seen(), random.Random(7)
    web = Web(plan["web_port"], LINES)
    readings = [Reading(pair, web, plan["sockets_port"], seen, chance) for pair in plan["pairs"]]
    on_air = asyncio.create_task(_be_host(web, plan["sockets_port"], plan["host"]))
    failed = await _ramp(readings, plan["ramp_per_second"], seen)
    running = [reading for reading in readings if reading not in failed]
    if not running:
        raise SystemExit(f"No reading began: {_why(next(iter(failed.values())))}")
    tell("full", len(running))
    for kept in (seen.beats, seen.chats, seen.relayed):
        kept.clear()
    frames = seen.said + seen.heard
    until = time.monotonic() + plan["hold_seconds"]
    asking = asyncio.create_task(_ask(web, running, plan["api_per_second"], until))
    held = await asyncio.gather(
        *(r.hold(until, drops=n % DROPS_ONE_OF == 0) for n, r in enumerate(running)),
        return_exceptions=True,
    )
    measured = {
        "api_ms": await asking,
        "beats_ms": seen.beats[:],
        "chats_ms": seen.chats[:],
        "relayed_ms": seen.relayed[:],
        "frames_per_second": (seen.said + seen.heard - frames) / plan["hold_seconds"],
        "active": sum(r.state == "active" for r in running),
    }
    tell("over", len(running))
    await _end(running, seen)
    on_air.cancel()
    used = resource.getrusage(resource.RUSAGE_SELF)
    return measured | {
        "failed": [_why(error) for error in [*failed.values(), *held] if error],
        "lost": seen.lost,
        "unseen": seen.unseen,
        "errors": seen.errors,
        "stretches": {r.id: r.stretches for r in running},
        "cpu": used.ru_utime + used.ru_stime,
    }


def tell(word: str, number: int) -> None:
    """One line for whoever started us."""
    print(json.dumps({"now": word, "readings": number}), flush=True)


async def _ramp(readings: list[Reading], per_second: float, seen: Seen) -> dict[Reading, Any]:
    """Begin them one after the other; those that could not, with their reasons."""
    began, jobs = time.monotonic(), []
    for number, reading in enumerate(readings):
        await asyncio.sleep(max(0.0, began + number / per_second - time.monotonic()))
        jobs.append(asyncio.create_task(reading.begin()))
    done = await asyncio.gather(*jobs, return_exceptions=True)
    return {r: error for r, error in zip(readings, done, strict=True) if error}


async def _be_host(web: Web, port: int, host: dict[str, str]) -> None:
    """The page of whoever is on air: without its beats the room would be ended."""
    ticket = await web.ask(host["cookie"], "POST", "/ws-tickets/", {"room": host["room"]})
    path = f"/ws/v1/{host['room']}/?ticket={ticket['ticket']}"
    socket = await Socket.open(port, path, lambda _: None, lambda: None)
    while True:
        socket.say(b'{"type":"heartbeat","data":{}}')
        await asyncio.sleep(BEAT_SECONDS)


async def _ask(web: Web, readings: list[Reading], per_second: float, until: float) -> list[float]:
    """Ask the API at a steady rate, as people do who look around; milliseconds from the instant at
    which each was due."""
    latencies: list[float] = []
    began, number, jobs = time.monotonic(), 0, set[asyncio.Task[None]]()

    async def ask(number: int, due: float) -> None:
        reading = readings[number % len(readings)]
        try:
            await web.ask(reading._pair["client"], "GET", _ASKED[number % len(_ASKED)])
        except (Refused, OSError, TimeoutError) as error:
            reading.seen.error(_why(error)[:60])
        else:
            latencies.append((time.monotonic() - due) * 1_000)

    while (due := began + number / per_second) < until:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        job = asyncio.create_task(ask(number, due))
        jobs.add(job)
        job.add_done_callback(jobs.discard)
        number += 1
    await asyncio.gather(*jobs)
    return latencies


async def _end(readings: list[Reading], seen: Seen) -> None:
    async def later(number: int, reading: Reading) -> None:
        await asyncio.sleep(number * END_SECONDS / len(readings))
        try:
            await reading.end()
        except TimeoutError:
            seen.error("no end")

    await asyncio.gather(*(later(number, reading) for number, reading in enumerate(readings)))


def _why(error: Any) -> str:
    return f"{type(error).__name__}: {error}"[:200]


if __name__ == "__main__":
    gc.freeze()
    answer = uvloop.run(run(json.loads(Path(sys.argv[1]).read_text())))
    print(json.dumps(answer), flush=True)
