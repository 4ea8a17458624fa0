"""A Valkey that is restarted or flushed under open sockets: they stay, and hear again."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from pytest_django import Settings

from backend.core import redis
from backend.embedded.valkey import Valkey
from backend.realtime import closing, events, rooms
from tests.backend.realtime.conftest import Server, page, serving, side, tell


@pytest.fixture
def valkey(settings: Settings) -> Iterator[Valkey]:
    """A server of this test's own, which our side of the test uses too."""
    home = Path(tempfile.mkdtemp(prefix="soulseer-outage-"))
    own = Valkey(home)
    own.start()
    settings.REDIS_URL = own.url()
    redis.client.cache_clear()
    yield own
    redis.client.cache_clear()
    own.stop()
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def lone_server(valkey: Valkey, tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path / "lone.log", REDIS_URL=valkey.url()) as server:
        yield server


async def test_open_sockets_outlive_a_restart_and_get_a_fresh_snapshot(
    valkey: Valkey, lone_server: Server, session_id: UUID
) -> None:
    async with (
        side(lone_server, "client", session_id) as client,
        side(lone_server, "reader", session_id) as reader,
    ):
        await client.hear("user-joined")
        await reader.hear("joined")
        await asyncio.to_thread(valkey.stop)
        await client.say("chat-typing")
        assert await reader.hear("chat-typing"), "two sides in one process need no Redis"
        await asyncio.to_thread(valkey.start)
        async with asyncio.timeout(10):
            again = [await client.hear("joined"), await reader.hear("joined")]
        tell(rooms.session(session_id), events.BalanceLow(60))
        heard = [await client.hear("balance-low"), await reader.hear("balance-low")]

    assert [frame["data"]["role"] for frame in again] == ["client", "reader"]
    assert all(frame["data"] == {"seconds_left": 60} for frame in heard)


async def test_while_redis_is_away_a_page_is_told_to_come_again(
    valkey: Valkey, lone_server: Server, session_id: UUID
) -> None:
    async with side(lone_server, "client", session_id) as client:
        await client.hear("joined")
        await asyncio.to_thread(valkey.stop)
        async with page(lone_server, f"sessions/{session_id}", "any") as refused:
            assert await refused.closed_with() == closing.TRY_AGAIN


async def test_a_flush_forgets_seats_but_closes_nobody(
    valkey: Valkey, lone_server: Server, session_id: UUID
) -> None:
    async with (
        side(lone_server, "client", session_id) as client,
        side(lone_server, "reader", session_id) as reader,
    ):
        await client.hear("user-joined")
        await reader.hear("joined")
        redis.client().flushall()
        tell(rooms.session(session_id), events.BalanceLow(60))
        assert await client.hear("balance-low")
        await client.say("chat-typing")
        assert await reader.hear("chat-typing")
