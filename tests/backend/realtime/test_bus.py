"""The bus when Redis is flushed, restarted or gone, with a Valkey of its own to restart."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pytest_django import Settings

from backend.core.errors import Unavailable
from backend.core.ids import uuid7
from backend.embedded.valkey import Valkey
from backend.realtime import bus, events, parcels, rooms
from backend.realtime.parcels import Parcel
from tests.backend.realtime.conftest import tell


class Ear:
    """A listener that writes down what it hears."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[Parcel] = asyncio.Queue()
        self.resynced = asyncio.Event()

    def hear(self, parcel: Parcel) -> None:
        self.heard.put_nowait(parcel)

    def resync(self) -> None:
        self.resynced.set()

    async def next(self) -> Parcel:
        async with asyncio.timeout(5):
            return await self.heard.get()


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    home = Path(tempfile.mkdtemp(prefix="soulseer-bus-"))
    server = Valkey(home)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(home, ignore_errors=True)


@asynccontextmanager
async def two_buses() -> AsyncIterator[tuple[bus.Bus, bus.Bus]]:
    """As two processes would have them."""
    one, two = bus.Bus(), bus.Bus()
    try:
        yield one, two
    finally:
        await one.close()
        await two.close()


async def test_a_room_is_heard_here_and_elsewhere_once_each() -> None:
    room, parcel = rooms.session(uuid7()), parcels.of(events.BalanceLow(60))
    async with two_buses() as (one, two):
        sender, beside, far = Ear(), Ear(), Ear()
        joined = await one.join(room, sender)
        await one.join(room, beside)
        await two.join(room, far)
        one.say(joined, parcel, but=sender)
        one.say(joined, parcels.of(events.BalanceLow(30)))

        assert await beside.next() == parcel
        assert await far.next() == parcel
        assert "30" in (await far.next()).body.decode()
        assert "30" in (await beside.next()).body.decode()
        assert "30" in (await sender.next()).body.decode()
        assert beside.heard.empty()
        assert sender.heard.empty()


async def test_who_has_left_hears_nothing_more() -> None:
    room = rooms.session(uuid7())
    async with two_buses() as (one, two):
        gone, still = Ear(), Ear()
        joined = await one.join(room, gone)
        await two.join(room, still)
        one.leave(joined, gone)
        one.leave(joined, gone)
        tell(room, events.BalanceLow(60))

        assert await still.next()
        assert gone.heard.empty()
        back = Ear()
        await one.join(room, back)
        tell(room, events.BalanceLow(30))
        assert await back.next()


async def test_jobs_and_views_reach_a_room_of_their_own_process_too() -> None:
    room = rooms.session(uuid7())
    async with two_buses() as (one, _):
        ear = Ear()
        await one.join(room, ear)
        tell(room, events.BalanceLow(60), only="client")

        assert (await ear.next()).audience == "c"


async def test_many_can_join_one_room_at_the_same_time() -> None:
    room = rooms.readers()
    async with two_buses() as (one, _):
        ears = [Ear() for _ in range(100)]
        await asyncio.gather(*[one.join(room, ear) for ear in ears])
        tell(room, events.BalanceLow(60))
        for ear in ears:
            await ear.next()


async def test_a_restarted_valkey_is_found_again_and_listeners_resync(
    valkey: Valkey, settings: Settings
) -> None:
    settings.REDIS_URL = valkey.url()
    room = rooms.session(uuid7())
    async with two_buses() as (one, two):
        ear, far = Ear(), Ear()
        joined = await one.join(room, ear)
        await two.join(room, far)
        valkey.stop()
        one.say(joined, parcels.of(events.BalanceLow(60)))
        assert await ear.next(), "rooms of one process need no Redis"
        valkey.start()
        async with asyncio.timeout(10):
            await ear.resynced.wait()
            await far.resynced.wait()
        one.say(joined, parcels.of(events.BalanceLow(30)))
        assert "30" in (await far.next()).body.decode()
        assert await one.ask("PING") == "PONG" or await one.ask("PING") == b"PONG"


async def test_a_flush_takes_no_subscription_away() -> None:
    from backend.core import redis

    room = rooms.session(uuid7())
    async with two_buses() as (one, _):
        ear = Ear()
        await one.join(room, ear)
        redis.client().flushdb()
        tell(room, events.BalanceLow(60))
        assert await ear.next()
        assert not ear.resynced.is_set()


async def test_without_redis_joining_is_refused_in_time(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings.REDIS_URL = f"unix://{tmp_path}/nobody.sock"
    monkeypatch.setattr(bus, "JOIN_SECONDS_MAX", 0.2)
    async with two_buses() as (one, _):
        with pytest.raises(Unavailable):
            await one.join(rooms.readers(), Ear())
        with pytest.raises(Unavailable):
            await one.ask("PING")
