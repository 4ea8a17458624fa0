"""The socket of a live room, against the product's own application in a process of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from backend.accounts.models import User
from backend.core import clock
from backend.core.errors import DomainError
from backend.realtime import closing, tickets
from live.streams.services import audience, expulsions, hands, streams
from tests import builders
from tests.backend.realtime.conftest import Page, Server, page
from tests.live.streams.stage import Studio
from tests.live.test_socket import run, server  # noqa: F401  (the same server's fixture)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(60)]


def on_air(**wishes: Any) -> Studio:
    studio = Studio(datetime.now(UTC), **wishes)
    studio.start()
    return studio


def ticket_of(studio: Studio, user: User) -> str:
    room = f"streams/{studio.stream.id}"
    return tickets.issue(user.pk, room, tickets.role_in(user, room))


@asynccontextmanager
async def enter(server: Server, studio: Studio, user: User) -> AsyncIterator[Page]:  # noqa: F811
    ticket = await run(ticket_of, studio, user)
    async with page(server, f"streams/{studio.stream.id}", ticket) as opened:
        yield opened


async def test_the_whole_room_comes_first(server: Server) -> None:  # noqa: F811
    studio = await run(on_air, goal_title="New deck", goal_cents=5_000)
    viewer = await run(studio.viewer)
    async with enter(server, studio, viewer) as one:
        frame = await one.hear()
        room = frame["data"]
        assert (frame["type"], frame["seq"]) == ("stream-snapshot", 1)
        assert room["stream"]["id"] == str(studio.stream.id)
        assert (room["stream"]["state"], room["you"]["role"]) == ("live", "viewer")
        assert (room["you"]["muted"], room["you"]["hand_raised"]) == (False, False)
        assert (room["messages"], room["gifts"], room["pin"]) == ([], [], None)
        assert room["goal"] == {"title": "New deck", "cents": 5_000, "reached_cents": 0}
        assert room["leaderboard"]["rows"] == []
        assert "hands" not in room
        await one.say("heartbeat")
        assert (await one.hear())["type"] == "pong"


async def test_a_word_is_heard_by_everybody_and_kept_once(server: Server) -> None:  # noqa: F811
    studio = await run(on_air)
    viewer = await run(studio.viewer)
    async with enter(server, studio, studio.host) as host, enter(server, studio, viewer) as one:
        for _ in range(2):
            await one.say("stream-chat", {"key": "k1", "text": "Good evening"})
        heard = (await host.hear("stream-chat"))["data"]
        assert heard == (await one.hear("stream-chat"))["data"]
        assert (heard["text"], heard["role"], heard["key"]) == ("Good evening", "viewer", "k1")
        await host.say("stream-chat", {"key": "h1", "text": "Welcome"})
        assert (await one.hear("stream-chat"))["data"]["role"] == "host"
        await one.say("stream-chat", {"key": "k2", "text": "Sh!t"}, id="f")
        refused = (await one.hear("error"))["data"]
        assert (refused["code"], refused["ref"]) == ("blocked_word", "f")
    async with enter(server, studio, viewer) as again:
        room = (await again.hear("stream-snapshot"))["data"]
        assert [m["text"] for m in room["messages"]] == ["Good evening", "Welcome"]


async def test_a_hand_reaches_the_host_alone_and_an_invitation_the_viewer(
    server: Server,  # noqa: F811
) -> None:
    studio = await run(on_air)
    viewer = await run(studio.viewer)
    async with enter(server, studio, studio.host) as host, enter(server, studio, viewer) as one:
        assert (await host.hear("stream-snapshot"))["data"]["hands"] == []
        await one.hear("stream-snapshot")
        this = {"stream_id": studio.stream.id, "at": studio.now}
        await run(hands.raise_hand, user=viewer, **this)
        told = (await host.hear("hand-raised"))["data"]
        assert (told["user_id"], told["raised"]) == (str(viewer.pk), True)
        assert await one.hears_nothing()
        me = await run(tickets.issue, viewer.pk, "me", "client")
        async with page(server, "me", me) as own:
            await own.hear("snapshot")
            await run(hands.invite, host=studio.host, user_id=viewer.pk, kind="voice", **this)
            invited = (await own.hear("invite"))["data"]
        assert (invited["kind"], invited["rate_per_minute_cents"]) == ("voice", 300)
        assert invited["reader_id"] == str(studio.host.pk)


async def test_somebody_put_out_is_closed_and_does_not_come_back(
    server: Server,  # noqa: F811
) -> None:
    studio = await run(on_air)
    viewer, other = await run(studio.viewer), await run(studio.viewer)
    kept = await run(ticket_of, studio, viewer)
    async with enter(server, studio, viewer) as one, enter(server, studio, other) as two:
        await one.hear("stream-snapshot")
        await two.hear("stream-snapshot")
        await run(
            expulsions.put_out,
            by=studio.host,
            stream_id=studio.stream.id,
            user_id=viewer.pk,
            at=studio.now,
        )
        assert await one.closed_with() == closing.NOT_YOURS
        assert (await two.hear("moderation"))["data"]["act"] == "put_out"
    async with page(server, f"streams/{studio.stream.id}", kept) as again:
        assert await again.closed_with() == closing.NOT_YOURS
    with pytest.raises(DomainError):
        await run(ticket_of, studio, viewer)


async def test_the_end_closes_every_page_and_only_the_host_hears_of_money(
    server: Server,  # noqa: F811
) -> None:
    studio = await run(on_air)
    viewer = await run(studio.viewer)
    late = await run(ticket_of, studio, viewer)
    async with enter(server, studio, studio.host) as host, enter(server, studio, viewer) as one:
        await host.hear("stream-snapshot")
        await one.hear("stream-snapshot")
        await run(
            streams.end_by, user=studio.host, stream_id=studio.stream.id, at=datetime.now(UTC)
        )
        theirs, own = await one.hear("stream-ended"), await host.hear("stream-ended")
        assert "earned_cents" not in theirs["data"]
        assert (own["data"]["earned_cents"], own["data"]["reason"]) == (0, "host")
        assert await one.closed_with() == closing.ENDED
        assert await host.closed_with() == closing.ENDED
    async with page(server, f"streams/{studio.stream.id}", late) as after:
        assert (await after.hear())["type"] == "stream-ended"


async def test_the_count_follows_open_pages(server: Server) -> None:  # noqa: F811
    studio = await run(on_air)
    viewer = await run(studio.viewer)
    await run(_forget_room, studio)
    async with enter(server, studio, studio.host) as host:
        await host.hear("stream-snapshot")
        async with enter(server, studio, viewer) as one, enter(server, studio, viewer) as two:
            await one.hear("stream-snapshot")
            await two.hear("stream-snapshot")
            await run(audience.sweep, at=studio.now)
            assert (await host.hear("viewer-count"))["data"] == {"viewers": 1}
        await run(audience.sweep, at=studio.now)
        assert (await host.hear("viewer-count"))["data"] == {"viewers": 0}
    row = await run(studio.row)
    assert (row.viewers_now, row.viewers_peak) == (0, 1)


def _forget_room(studio: Studio) -> None:
    from tests.live.streams.stage import engine_forgets

    engine_forgets(studio.stream.id)


async def test_no_ticket_is_sold_to_a_stranger_of_a_private_room() -> None:
    studio = await run(on_air, access="private")
    stranger = await run(studio.viewer)
    api = builders.api(stranger)

    def ask() -> Any:
        with clock.frozen(studio.now):
            return api.post("/api/v1/ws-tickets/", {"room": f"streams/{studio.stream.id}"})

    assert (await run(ask)).status_code == 404
