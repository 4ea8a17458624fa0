"""Two sides of a session: who hears what."""

from __future__ import annotations

from uuid import UUID

from backend.core.ids import uuid7
from backend.realtime import closing
from tests.backend.realtime.conftest import Server, side

CANDIDATE = {
    "candidate": {"candidate": "candidate:1 1 udp 1 10.0.0.1 9 typ host"},
    "negotiation": 1,
}


async def test_the_snapshot_is_first_and_frames_are_numbered(
    server: Server, session_id: UUID
) -> None:
    async with side(server, "client", session_id) as client:
        first = await client.hear()
        await client.say("chat-message", {"text": " "}, id="a")
        second = await client.hear()

    assert (first["type"], first["seq"], second["seq"]) == ("joined", 1, 2)
    assert set(first) == {"type", "id", "seq", "ts", "data"}
    assert first["id"] != second["id"]
    assert first["data"]["role"] == "client"


async def test_each_side_hears_that_the_other_came_and_left(
    server: Server, session_id: UUID
) -> None:
    async with side(server, "client", session_id) as client:
        alone = await client.hear("joined")
        async with side(server, "reader", session_id) as reader:
            met = await reader.hear("joined")
            came = await client.hear()
        left = await client.hear()

    assert alone["data"]["peer"]["present"] is False
    assert met["data"]["peer"]["present"] is True
    assert (came["type"], came["data"]) == ("user-joined", {"role": "reader"})
    assert (left["type"], left["data"]) == ("user-left", {"role": "reader"})


async def test_signaling_reaches_only_the_other_side(server: Server, session_id: UUID) -> None:
    async with (
        side(server, "client", session_id) as client,
        side(server, "reader", session_id) as reader,
        side(server, "reader", uuid7()) as stranger,
    ):
        for one in (client, reader, stranger):
            await one.hear("joined")
        await client.hear("user-joined")
        await client.say("ice-candidate", CANDIDATE)
        await client.say("offer", {"sdp": "v=0", "negotiation": 1})
        heard = [await reader.hear("ice-candidate"), await reader.hear("offer")]
        echoed = await client.hears_nothing()
        overheard = await stranger.hears_nothing()

    assert [one["data"] for one in heard] == [CANDIDATE, {"sdp": "v=0", "negotiation": 1}]
    assert echoed
    assert overheard


async def test_signaling_crosses_processes(
    server: Server, other_server: Server, session_id: UUID
) -> None:
    async with (
        side(server, "client", session_id) as client,
        side(other_server, "reader", session_id) as reader,
    ):
        await reader.hear("joined")
        await client.hear("user-joined")
        await client.say("ice-candidate", CANDIDATE)
        there = await reader.hear("ice-candidate")
        await reader.say("answer", {"sdp": "v=0", "negotiation": 2})
        back = await client.hear("answer")

    assert there["data"] == CANDIDATE
    assert back["data"] == {"sdp": "v=0", "negotiation": 2}


async def test_a_newer_device_takes_over(server: Server, session_id: UUID) -> None:
    user_id = uuid7()
    async with (
        side(server, "reader", session_id) as reader,
        side(server, "client", session_id, user_id) as older,
    ):
        await older.hear("joined")
        async with side(server, "client", session_id, user_id) as newer:
            await newer.hear("joined")
            assert await older.closed_with() == closing.REPLACED
            await newer.say("chat-typing")
            heard = [(await reader.hear())["type"] for _ in range(4)]

    assert heard == ["joined", "user-joined", "user-joined", "chat-typing"]


async def test_a_newer_device_takes_over_from_another_process(
    server: Server, other_server: Server, session_id: UUID
) -> None:
    user_id = uuid7()
    async with side(server, "client", session_id, user_id) as older:
        await older.hear("joined")
        async with side(other_server, "client", session_id, user_id) as newer:
            await newer.hear("joined")
            assert await older.closed_with() == closing.REPLACED
            await newer.say("chat-message", {"text": " "})
            assert (await newer.hear("error"))["data"]["code"] == "invalid_input"


async def test_two_people_in_one_room_do_not_replace_each_other(
    server: Server, session_id: UUID
) -> None:
    async with (
        side(server, "client", session_id) as client,
        side(server, "reader", session_id) as reader,
    ):
        await reader.hear("joined")
        await client.hear("user-joined")
        await reader.say("ice-restart")
        assert (await client.hear())["type"] == "ice-restart"


async def test_content_too_deep_to_pass_on_is_refused_and_the_socket_stays(
    server: Server, session_id: UUID
) -> None:
    deep = '{"a":' * 300 + "1" + "}" * 300
    async with side(server, "client", session_id) as client:
        await client.hear("joined")
        await client.connection.send(
            '{"type":"ice-candidate","id":"a","data":{"negotiation":1,"candidate":' + deep + "}}"
        )
        refused = await client.hear()
        await client.say("chat-message", {"text": " "}, id="b")
        stays = await client.hear()
    assert (refused["data"]["code"], refused["data"]["ref"]) == ("invalid_input", "a")
    assert stays["data"]["ref"] == "b"
