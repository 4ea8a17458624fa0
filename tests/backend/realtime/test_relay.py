"""The base of every socket, over real connections: who may come in, and what is refused."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from uuid import UUID

import orjson
import pytest
from django.conf import settings
from websockets.exceptions import InvalidStatus

from backend.core import redis
from backend.core.ids import uuid7
from backend.realtime import closing, events, rooms, tickets
from tests.backend.realtime.conftest import Server, page, side, tell

CANDIDATE = {"candidate": "candidate:1", "negotiation": 1}


async def test_a_ticket_opens_one_socket_only(server: Server, session_id: UUID) -> None:
    room = f"sessions/{session_id}"
    ticket = tickets.issue(uuid7(), room, "client")
    async with page(server, room, ticket) as first, page(server, room, ticket) as second:
        assert (await first.hear())["type"] == "joined"
        assert await second.closed_with() == closing.SIGNED_OUT


@pytest.mark.parametrize("ticket", ["", "nonsense", "x" * 500])
async def test_without_a_ticket_nobody_comes_in(
    server: Server, session_id: UUID, ticket: str
) -> None:
    async with page(server, f"sessions/{session_id}", ticket) as stranger:
        assert await stranger.closed_with() == closing.SIGNED_OUT


async def test_an_expired_ticket_is_worthless(server: Server, session_id: UUID) -> None:
    room = f"sessions/{session_id}"
    ticket = tickets.issue(uuid7(), room, "client")
    (stored,) = redis.client().scan_iter(match=redis.key("ticket", "*"))
    assert 0 < redis.client().ttl(stored) <= tickets.TICKET_SECONDS
    redis.client().pexpire(stored, 0)
    async with page(server, room, ticket) as late:
        assert await late.closed_with() == closing.SIGNED_OUT


async def test_a_ticket_is_for_one_room(server: Server, session_id: UUID) -> None:
    ticket = tickets.issue(uuid7(), f"sessions/{session_id}", "client")
    async with page(server, f"sessions/{uuid7()}", ticket) as stranger:
        assert await stranger.closed_with() == closing.NOT_YOURS
    ticket = tickets.issue(uuid7(), f"sessions/{session_id}", "client")
    async with page(server, "me", ticket) as stranger:
        assert await stranger.closed_with() == closing.NOT_YOURS


@pytest.mark.parametrize("room", ["nowhere", "sessions/7", "sessions", "me/more"])
async def test_where_no_socket_is_the_page_is_told_so(server: Server, room: str) -> None:
    stacks = server.log.count("Traceback")
    async with page(server, room, "x") as lost:
        assert await lost.closed_with() == closing.NOT_THERE
    assert server.log.count("Traceback") == stacks


async def test_a_page_of_another_origin_is_turned_away(server: Server, session_id: UUID) -> None:
    room = f"sessions/{session_id}"
    ticket = tickets.issue(uuid7(), room, "client")
    with pytest.raises(InvalidStatus) as refused:
        async with page(server, room, ticket, origin="https://elsewhere.example"):
            pass
    assert refused.value.response.status_code == 403
    for ours in (settings.SITE_URL, f"http://127.0.0.1:{server.port}"):
        ticket = tickets.issue(uuid7(), room, "client")
        async with page(server, room, ticket, origin=ours) as welcome:
            assert (await welcome.hear())["type"] == "joined"


async def test_tickets_are_not_written_to_the_log(server: Server, session_id: UUID) -> None:
    room = f"sessions/{session_id}"
    ticket = tickets.issue(uuid7(), room, "client")
    async with page(server, room, ticket) as client:
        await client.hear("joined")
    ticket_of_a_stranger = "stranger-ticket"
    with pytest.raises(InvalidStatus):
        async with page(server, room, ticket_of_a_stranger, origin="https://elsewhere.example"):
            pass

    assert str(session_id) in server.log
    assert "?ticket" not in server.log
    assert ticket not in server.log
    assert ticket_of_a_stranger not in server.log


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("", "malformed"),
        ("nonsense", "malformed"),
        ("[]", "malformed"),
        ("7", "malformed"),
        ('{"data": {}}', "malformed"),
        ('{"type": 7}', "malformed"),
        ('{"type": ["offer"]}', "malformed"),
        ('{"type": "chat-typing", "role": "reader"}', "malformed"),
        ('{"type": "chat-typing", "id": {"a": 1}}', "malformed"),
        ('{"type": "user-joined", "data": {"role": "reader"}}', "unknown_type"),
        ('{"type": "session-state"}', "unknown_type"),
        ('{"type": "offer"}', "invalid_input"),
        ('{"type": "offer", "data": {"sdp": 7, "negotiation": 1}}', "invalid_input"),
        ('{"type": "offer", "data": {"sdp": "v=0", "negotiation": true}}', "invalid_input"),
        ('{"type": "chat-typing", "data": {"role": "reader"}}', "invalid_input"),
        ('{"type": "media-state", "data": {"microphone": 1, "camera": false}}', "invalid_input"),
        ('{"type": "chat-message", "data": {"text": "refuse"}}', "refused"),
        ('{"type": "chat-message", "data": {"text": "missing"}}', "not_found"),
        ('{"type": "chat-message", "data": {"text": "break"}}', "internal"),
        (b"bytes", "malformed"),
        ('{"type": "offer", "data": {"sdp": "' + "x" * 66_000 + '"}}', "frame_too_large"),
        ('{"type": "offer", "data": {"sdp": "' + "é" * 33_000 + '"}}', "frame_too_large"),
    ],
)
async def test_a_bad_frame_is_answered_and_the_socket_stays(
    server: Server, session_id: UUID, frame: str | bytes, code: str
) -> None:
    async with (
        side(server, "client", session_id) as client,
        side(server, "reader", session_id) as reader,
    ):
        await client.hear("user-joined")
        await client.connection.send(frame)
        refused = await client.hear("error")
        await client.say("chat-typing")
        passed = await reader.hear()
        while passed["type"] in ("joined", "user-joined"):
            passed = await reader.hear()

    assert refused["data"]["code"] == code
    assert refused["data"]["detail"]
    assert passed["type"] == "chat-typing"


async def test_a_refusal_names_the_frame(server: Server, session_id: UUID) -> None:
    async with side(server, "client", session_id) as client:
        await client.say("no-such-thing", id="frame-7")
        assert (await client.hear("error"))["data"]["ref"] == "frame-7"
        await client.say("offer", {}, id="frame-8")
        assert (await client.hear("error"))["data"]["ref"] == "frame-8"


async def test_an_enormous_frame_ends_the_connection(server: Server, session_id: UUID) -> None:
    async with side(server, "client", session_id) as client:
        await client.hear("joined")
        await client.connection.send("x" * 1_000_000)
        assert await client.closed_with() == 1009


async def test_a_flood_is_cut_off_and_a_burst_of_candidates_is_not(
    server: Server, session_id: UUID
) -> None:
    async with (
        side(server, "client", session_id) as client,
        side(server, "reader", session_id) as reader,
    ):
        await client.hear("user-joined")
        for _ in range(40):
            await client.say("ice-candidate", CANDIDATE)
        for _ in range(40):
            await reader.hear("ice-candidate")
        for _ in range(200):
            await client.say("ice-candidate", CANDIDATE)
        assert await client.closed_with() == closing.FLOOD


async def test_nonsense_closes_a_socket_sooner_than_work(server: Server, session_id: UUID) -> None:
    async with side(server, "client", session_id) as client:
        await client.hear("joined")
        for _ in range(15):
            await client.say("nonsense")
        assert await client.closed_with() == closing.FLOOD


async def test_each_type_has_its_own_limit(server: Server, session_id: UUID) -> None:
    async with side(server, "client", session_id) as client:
        await client.hear("joined")
        for number in range(4):
            await client.say("chat-message", {"text": "hello"}, id=f"{number}")
        refused = await client.hear("error")

    assert refused["data"] == {**refused["data"], "code": "too_many", "ref": "3"}


async def test_a_user_opens_so_many_sockets_and_no_more(server: Server) -> None:
    user_id, most = uuid7(), settings.SOCKETS_OPEN_MAX
    async with AsyncExitStack() as stack:
        opened = [side(server, "client", uuid7(), user_id) for _ in range(most)]
        for one in opened:
            await (await stack.enter_async_context(one)).hear("joined")
        async with side(server, "client", uuid7(), user_id) as one_too_many:
            assert await one_too_many.closed_with() == closing.FLOOD
    await _until_seats(user_id, 0)
    async with side(server, "client", uuid7(), user_id) as again:
        assert (await again.hear())["type"] == "joined"


async def _until_seats(user_id: UUID, seats: int) -> None:
    async with asyncio.timeout(5):
        while redis.client().zcard(redis.key("open", user_id.hex)) != seats:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_user_connects_so_often_a_minute_and_no_more(server: Server) -> None:
    user_id, (connects, _) = uuid7(), settings.RATE_LIMITS["socket-connect"]
    redis.client().set(redis.key("connects", user_id.hex), connects - 1, ex=60)
    async with side(server, "client", uuid7(), user_id) as last:
        assert (await last.hear())["type"] == "joined"
    async with side(server, "client", uuid7(), user_id) as one_too_many:
        assert await one_too_many.closed_with() == closing.FLOOD


async def test_a_page_that_does_not_read_is_dropped_and_nobody_waits_for_it(
    server: Server, session_id: UUID
) -> None:
    """The publisher and the other side go on; what waits for the slow page is bounded."""
    async with (
        side(server, "client", session_id) as slow,
        side(server, "reader", session_id) as reader,
    ):
        await reader.hear("joined")
        slow.connection.transport.pause_reading()
        event, before = events.Notification(uuid7(), "fill", "", "x" * 50_000, ""), server.memory
        heard = {"type": "notification"}
        async with asyncio.timeout(10):
            while heard["type"] != "user-left":
                tell(rooms.session(session_id), event)
                heard = await reader.hear()
        assert heard["data"] == {"role": "client"}
        assert server.memory - before < 8 * 1024 * 1024


async def test_a_silent_page_is_closed(other_server: Server, session_id: UUID) -> None:
    async with side(other_server, "client", session_id) as client:
        await client.hear("joined")
        assert await client.closed_with() == closing.SILENT


async def test_an_event_that_ends_the_room_closes_its_sockets(
    server: Server, session_id: UUID
) -> None:
    ended = events.SessionEnded("client", None, 61, "/receipt/", total_cents=399)
    async with (
        side(server, "client", session_id) as client,
        side(server, "reader", session_id) as reader,
    ):
        await reader.hear("joined")
        tell(rooms.session(session_id), ended, only="client")
        heard = await client.hear("session-ended")
        assert await client.closed_with() == closing.ENDED
        assert (await reader.hear("user-left"))["data"] == {"role": "client"}

    assert heard["data"] == {
        "cause": "client",
        "reason": None,
        "billed_seconds": 61,
        "receipt_url": "/receipt/",
        "total_cents": 399,
    }


async def test_frames_of_a_page_may_come_in_pieces(server: Server, session_id: UUID) -> None:
    """A fragmented message, a ping between, and several frames in one packet."""
    async with (
        side(server, "client", session_id) as client,
        side(server, "reader", session_id) as reader,
    ):
        await client.hear("user-joined")
        offer = orjson.dumps({"type": "offer", "data": {"sdp": "v" * 9_000, "negotiation": 1}})
        await client.connection.send(
            [offer[:5].decode(), offer[5:8_000].decode(), offer[8_000:].decode()]
        )
        await (await client.connection.ping())
        for _ in range(3):
            await client.say("ice-candidate", CANDIDATE)
        assert len((await reader.hear("offer"))["data"]["sdp"]) == 9_000
        for _ in range(3):
            assert (await reader.hear("ice-candidate"))["data"] == CANDIDATE
