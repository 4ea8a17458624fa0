"""What goes wrong, drawn from the seed: when, what, and how long until all is well again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

from backend.core import redis
from tests.worst_day.chronicle import now
from tests.worst_day.day import Day, Plan

HOUR_SECONDS: Final = 3_600
# What follows a fault (pages that come back, presence, sweeps) takes this long beyond it.
AFTERMATH_SECONDS: Final = 12.0
LOSES_BEATS: Final = {"Valkey flushed", "Valkey killed", "clock moved an hour"}
_STRIPE_KINDS: Final = ("500_before", "500_after", "reset", "reset_after", "429", "409", "slow")
_STRIPE_PLACES: Final = (
    "POST /v1/checkout/sessions",
    "POST /v1/checkout/sessions",
    "GET /v1/payment_intents",
    "POST /v1/refunds",
    "GET /v1/events",
    "GET /v1/disputes",
)
Act = Callable[[Day, random.Random], Awaitable[str]]


@dataclass
class Injection:
    """One fault: when (seconds of the day), what, and how long the product did not answer."""

    at: float
    what: str
    detail: str = ""
    away_s: float = 0.0
    began: float = 0.0  # on the product's clock
    ended: float = 0.0


@dataclass
class Schedule:
    """The faults of a day."""

    planned: list[Injection]
    done: list[Injection] = field(default_factory=list)

    @classmethod
    def of(cls, plan: Plan) -> Schedule:
        """Every kind once in a random order, and again, until most of the day is over."""
        rng, planned = plan.rng("faults"), list[Injection]()
        kinds, at = sorted(plan.faults or KINDS), plan.fault_every_s
        order: list[str] = []
        while at < 0.9 * plan.seconds:
            order = order or rng.sample(kinds, len(kinds))
            planned.append(Injection(at, order.pop()))
            at += plan.fault_every_s * rng.uniform(0.7, 1.3)
        return cls(planned)

    async def run(self, day: Day) -> None:
        """Inject them when their time has come."""
        loop = asyncio.get_running_loop()
        began, rng = loop.time(), day.plan.rng("faults, details")
        for fault in self.planned:
            await asyncio.sleep(max(0.0, began + fault.at - loop.time()))
            fault.at = loop.time() - began
            await inject(day, fault, rng)
            self.done.append(fault)


async def inject(day: Day, fault: Injection, rng: random.Random) -> None:
    """One fault, and the wait until everything answers again."""
    loop = asyncio.get_running_loop()
    started = loop.time()
    fault.began = now()
    day.disturb(3_600)
    fault.detail = await KINDS[fault.what](day, rng)
    day.chronicle.note(f"FAULT {fault.what} {fault.detail}", is_fault=True)
    await day.product.until_it_answers()
    fault.away_s, fault.ended = loop.time() - started, now()
    day.disturbed_until = loop.time() + AFTERMATH_SECONDS
    day.chronicle.note(f"all answers after {fault.away_s:.1f} s: {fault.what}", is_fault=True)


def _kill(*names: str) -> Act:
    async def act(day: Day, rng: random.Random) -> str:
        name = rng.choice(names)
        day.chronicle.note(f"FAULT kill -9 {name}", is_fault=True)
        await day.product.kill(name)
        return name

    return act


async def _flush(day: Day, rng: random.Random) -> str:
    await asyncio.to_thread(redis.client().flushall)
    return ""


async def _crash_valkey(day: Day, rng: random.Random) -> str:
    await day.product.crash_valkey()
    return ""


async def _crash_postgres(day: Day, rng: random.Random) -> str:
    await day.product.crash_postgres()
    return ""


async def _fail_stripe(day: Day, rng: random.Random) -> str:
    match, kind = rng.choice(_STRIPE_PLACES), rng.choice(_STRIPE_KINDS)
    times = rng.randint(1, 4)
    await day.stripe.post("/faults", json={"match": match, "kind": kind, "times": times})
    return f"{kind} to {times} x {match}"


async def _hang_stripe(day: Day, rng: random.Random) -> str:
    """Committed, and then silence for longer than we wait: an unknown outcome."""
    asked = {"match": "POST /v1/checkout/sessions", "kind": "hang_after", "seconds": 20}
    await day.stripe.post("/faults", json=asked)
    return "after the commit, 20 s"


def _webhooks(**modes: Any) -> Act:
    async def act(day: Day, rng: random.Random) -> str:
        await change_webhooks(day, **modes)
        return str(modes)

    return act


async def change_webhooks(day: Day, **modes: Any) -> None:
    """Deliver webhooks like this from now on, and not as before."""
    ordinary = {"duplicate": 1, "reorder": False, "delay": 0.0, "drop_every": 0}
    await day.stripe.post("/webhooks", json=ordinary | modes)


async def move_clock(day: Day, seconds: float) -> None:
    """Every clock of the product and of the stand-in jumps forward.

    Webhooks are signed with the machine's time, so their stamps are moved with it.
    """
    seats = list(day.seats)
    for seat in seats:
        seat.stop_the_clock()
    day.product.move_clock(seconds)
    for seat in seats:
        seat.look()
    await day.stripe.post("/clock", json={"advance": seconds})
    offset = int(day.product.seconds_ahead)
    await day.stripe.post("/webhooks", json={"timestamp_offset": offset})


async def _an_hour(day: Day, rng: random.Random) -> str:
    await move_clock(day, HOUR_SECONDS)
    return ""


KINDS: Final[dict[str, Act]] = {
    "worker killed": _kill("worker-1", "worker-2"),
    "web killed": _kill("web"),
    "sockets killed": _kill("sockets"),
    "Valkey flushed": _flush,
    "Valkey killed": _crash_valkey,
    "PostgreSQL stopped at once": _crash_postgres,
    "Stripe fails": _fail_stripe,
    "Stripe hangs": _hang_stripe,
    "webhooks doubled": _webhooks(duplicate=3),
    "webhooks late and reordered": _webhooks(reorder=True, delay=3.0),
    "webhooks dropped": _webhooks(drop_every=3),
    "clock moved an hour": _an_hour,
}
