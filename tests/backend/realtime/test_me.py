"""The socket of a user's own pages, and how it is taken away."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from asgiref.sync import sync_to_async

from backend.accounts.announcements import AccountFrozen, SessionsRevoked
from backend.accounts.models import Role, User
from backend.core.announcements import announce
from backend.core.ids import uuid7
from backend.realtime import closing, events, presence, rooms, tickets
from tests.backend.realtime.conftest import Server, page, side, tell

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def user() -> User:
    return User.objects.create_user("ana@soulseer.test", display_name="Ana", role=Role.READER)


def ticket_of(user: User) -> str:
    return tickets.issue(user.pk, "me", user.role)


async def test_a_page_gets_its_snapshot_and_is_present(server: Server, user: User) -> None:
    async with page(server, "me", ticket_of(user)) as mine:
        snapshot = await mine.hear()
        await mine.say("heartbeat", {})
        pong = await mine.hear()

    assert snapshot["type"] == "snapshot"
    assert snapshot["data"]["user"] == {"id": str(user.pk), "role": "reader"}
    assert pong["type"] == "pong"
    assert presence.all_fresh(datetime.now(UTC)) == {user.pk}


async def test_every_page_of_a_user_hears_and_nobody_elses_does(
    server: Server, other_server: Server, user: User
) -> None:
    status = events.ReaderStatus(uuid7(), "online", ["chat"])
    other = await sync_to_async(User.objects.create_user)("bo@soulseer.test", display_name="Bo")
    async with (
        page(server, "me", ticket_of(user)) as first,
        page(other_server, "me", ticket_of(user)) as second,
        page(server, "me", ticket_of(other)) as stranger,
    ):
        for one in (first, second, stranger):
            await one.hear("snapshot")
        tell(rooms.user(user.pk), events.BalanceUpdated(500))
        tell(rooms.readers(), status)
        for one in (first, second):
            assert (await one.hear())["data"] == {"available_cents": 500}
            assert (await one.hear())["type"] == "reader-status"
        assert (await stranger.hear())["type"] == "reader-status"


@pytest.mark.parametrize("fact", ["revoked", "frozen"])
async def test_signing_out_or_freezing_closes_every_socket_at_once(
    server: Server, other_server: Server, user: User, fact: str
) -> None:
    said = SessionsRevoked(user.pk) if fact == "revoked" else AccountFrozen(user.pk, at=_now())
    waiting = ticket_of(user)
    async with (
        page(server, "me", ticket_of(user)) as mine,
        side(other_server, "reader", uuid7(), user.pk) as room,
    ):
        await mine.hear("snapshot")
        await room.hear("joined")
        await sync_to_async(announce)(said)
        async with asyncio.timeout(3):
            assert await mine.closed_with() == closing.SIGNED_OUT
            assert await room.closed_with() == closing.SIGNED_OUT
    async with page(server, "me", waiting) as late:
        assert await late.closed_with() == closing.SIGNED_OUT


def _now() -> datetime:
    return datetime.now(UTC)


async def test_a_ticket_issued_after_a_sign_out_is_good(server: Server, user: User) -> None:
    await sync_to_async(tickets.revoke)(user.pk)
    await asyncio.sleep(0.002)  # The very same millisecond counts as before.
    async with page(server, "me", ticket_of(user)) as mine:
        assert (await mine.hear())["type"] == "snapshot"


async def test_a_user_frozen_meanwhile_gets_no_snapshot(server: Server, user: User) -> None:
    ticket = ticket_of(user)
    user.frozen_at = _now()
    await user.asave()
    async with page(server, "me", ticket) as mine:
        assert await mine.closed_with() == closing.NOT_YOURS
