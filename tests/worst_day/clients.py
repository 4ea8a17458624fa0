"""Clients: each does one thing after the other, drawn from the seed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from tests.worst_day import acts_of_money, acts_of_readings, acts_of_strangers
from tests.worst_day.client import Client
from tests.worst_day.day import Day, Person

Act = Callable[[Client], Awaitable[None]]
# How often each is drawn, in a hundred.
ACTS: Final[list[tuple[int, Act]]] = [
    (34, acts_of_readings.take_a_reading),
    (20, acts_of_money.top_up),
    (22, acts_of_money.give),
    (4, acts_of_money.withdraw),
    (6, acts_of_readings.dispute),
    (2, acts_of_money.charge_back),
    (6, acts_of_strangers.try_what_is_forbidden),
    (6, acts_of_strangers.look_around),
]


async def live(day: Day, person: Person, pause_s: float) -> None:
    """Act until the day is over; the first thing is money."""
    client = Client(day, person)
    await asyncio.sleep(client.rng.uniform(0, pause_s))
    await acts_of_money.top_up(client)
    while not day.over.is_set() and day.done < day.plan.actions:
        await client.rest(client.rng.uniform(0.3, 1.7) * pause_s)
        if day.over.is_set():
            break
        weights, acts = zip(*ACTS, strict=True)
        (act,) = client.rng.choices(acts, weights)
        await act(client)
