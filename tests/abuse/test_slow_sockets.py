"""Sockets that take and never give, against the product's own process of sockets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from uuid import UUID

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from websockets.exceptions import ConnectionClosed

from backend.core.ids import uuid7
from backend.realtime import closing, events, rooms, tickets
from tests import builders
from tests.backend.realtime.conftest import Page, Server, page, serving, tell
from tests.conftest import NOON

pytestmark = pytest.mark.django_db(transaction=True)

SLOW_PEOPLE = 8
EVENT_BYTES, EVENTS = 50_000, 400  # 20 MB to each of 41 sockets: 820 MB, if nobody let go
MIB = 1024 * 1024
GROWS_AT_MOST = 32 * MIB


@pytest.fixture
def sockets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("sockets") / "product.log"
    with serving(log, "backend.config.asgi:application", DATABASE_POOL="1") as server:
        yield server


async def test_sockets_that_never_read_cost_bounded_memory_and_hold_nobody_up(
    sockets: Server,
) -> None:
    people = await sync_to_async(_people)()
    event = events.Notification(uuid7(), "fill", "", "x" * EVENT_BYTES, "")
    async with AsyncExitStack() as open_pages:
        reading = await open_pages.enter_async_context(_page_of(sockets, people.pop()))
        await reading.hear("snapshot")
        slow = []
        for user_id in people * settings.SOCKETS_OPEN_MAX:
            one = await open_pages.enter_async_context(_page_of(sockets, user_id, kernel=4_096))
            await one.hear("snapshot")
            one.connection.transport.pause_reading()
            slow.append(one)
        before, most = sockets.memory, 0
        for _ in range(EVENTS):
            tell(rooms.readers(), event)
            assert (await reading.hear("notification"))["data"]["title"] == ""
            most = max(most, sockets.memory - before)
        ends = [await _end_of(one) for one in slow]

    assert most < GROWS_AT_MOST, f"{most / MIB:.1f} MiB for {len(slow)} sockets"
    # Given up, most without a goodbye: it would have had to wait behind what was not read.
    assert set(ends) <= {closing.SILENT, 1006}


async def test_a_message_that_never_ends_is_not_collected(sockets: Server) -> None:
    """Two megabytes in pieces of one message, from five sockets at once."""
    (user_id, *_) = await sync_to_async(_people)()
    before = sockets.memory
    ends = []
    async with AsyncExitStack() as open_pages:
        pages = [
            await open_pages.enter_async_context(_page_of(sockets, user_id))
            for _ in range(settings.SOCKETS_OPEN_MAX)
        ]
        for one in pages:
            with suppress(ConnectionClosed):  # whichever write meets the end
                await one.connection.send(["x" * 50_000] * 40)
            ends.append(await one.closed_with())

    assert set(ends) <= {1009, 1006}  # no goodbye reaches who is still writing
    assert sockets.memory - before < GROWS_AT_MOST


def _people() -> list[UUID]:
    return [builders.a_client(at=NOON).pk for _ in range(SLOW_PEOPLE + 1)]


def _page_of(
    server: Server, user_id: UUID, kernel: int = 65_536
) -> AbstractAsyncContextManager[Page]:
    return page(server, "me", tickets.issue(user_id, "me", "client"), kernel_bytes=kernel)


async def _end_of(one: Page) -> int:
    one.connection.transport.resume_reading()
    return await one.closed_with()
