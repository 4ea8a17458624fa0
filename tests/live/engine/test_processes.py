"""Engine processes that die, fill up, are ordered about, and share a big room."""

from __future__ import annotations

import asyncio
import json
import uuid

from backend.core import redis as product_redis
from live.adapters.embedded import EmbeddedEngine
from live.engine import keys
from tests.live.engine.peers import Peers, until
from tests.live.engine.process import EngineProcess, running


async def test_an_engine_that_was_killed_comes_back_and_takes_new_grants(peers: Peers) -> None:
    stream = str(uuid.uuid4())
    with running() as engine:
        before = await peers.host(engine, stream)
        stale = engine.grant(stream, "viewer", issued=1_000, seconds=4_000_000_000)
        assert before.status == 201

        await asyncio.to_thread(engine.restart)

        refused = await peers.receiver().post(f"{engine.url}/whep/{stream}", stale)
        assert refused.status_code == 401
        await peers.host(engine, stream)
        viewer = await peers.viewer(engine, stream)
        await viewer.sees()


async def test_a_room_and_a_process_take_so_many_and_no_more(peers: Peers) -> None:
    rooms = [str(uuid.uuid4()) for _ in range(3)]
    with running(ENGINE_ROOM_VIEWERS_MAX="1", ENGINE_PROCESS_VIEWERS_MAX="2") as engine:
        assert (await peers.viewer(engine, rooms[0], user="ada")).status == 201
        assert (await peers.viewer(engine, rooms[0])).status == 503  # the room
        assert (await peers.viewer(engine, rooms[1])).status == 201
        full = peers.receiver()
        answer = await full.post(f"{engine.url}/whep/{rooms[2]}", engine.grant(rooms[2], "viewer"))

        assert (answer.status_code, answer.json()["code"]) == (503, "full")
        assert int(answer.headers["retry-after"]) > 0
        assert engine.stats()["full"]
        # The same person again takes no further place.
        assert (await peers.viewer(engine, rooms[0], user="ada")).status == 201


async def test_a_late_loop_takes_nobody(stream: str, peers: Peers) -> None:
    with running(ENGINE_LAG_MS_MAX="0") as engine:
        await until(lambda: engine.stats()["full"])

        assert (await peers.viewer(engine, stream)).status == 503
        assert (await peers.host(engine, stream)).status == 503


async def test_somebody_who_was_put_out_stays_out(
    engine: EngineProcess, stream: str, peers: Peers
) -> None:
    ada, bob = str(uuid.uuid4()), str(uuid.uuid4())
    await peers.host(engine, stream)
    out, stays = await peers.viewer(engine, stream, ada), await peers.viewer(engine, stream, bob)
    await stays.sees()

    EmbeddedEngine().close(stream_id=uuid.UUID(stream), user_id=uuid.UUID(ada))

    await until(lambda: out.connection.connectionState == "closed")
    assert (await peers.viewer(engine, stream, ada)).status == 403
    await stays.sees()

    EmbeddedEngine().open(stream_id=uuid.UUID(stream))

    await until(lambda: not _denied(stream))
    back = peers.receiver()
    await until(lambda: engine.room(stream)["viewers"] == 1)
    answer = await back.post(f"{engine.url}/whep/{stream}", engine.grant(stream, "viewer", ada))
    assert answer.status_code == 201


async def test_a_stream_that_ended_lets_everybody_go_and_nobody_in(
    engine: EngineProcess, stream: str, peers: Peers
) -> None:
    host = await peers.host(engine, stream)
    viewer = await peers.viewer(engine, stream)
    await viewer.sees()

    EmbeddedEngine().close(stream_id=uuid.UUID(stream))

    await until(lambda: viewer.connection.connectionState == "closed")
    await until(lambda: host.connection.connectionState == "closed")
    assert (await peers.host(engine, stream)).status == 403
    assert (await peers.viewer(engine, stream)).status == 403


async def test_an_order_that_was_lost_is_obeyed_a_second_later(
    engine: EngineProcess, stream: str, peers: Peers
) -> None:
    viewer = await peers.viewer(engine, stream, user="ada")
    await until(lambda: engine.room(stream)["viewers"] == 1)

    product_redis.client().sadd(product_redis.key("engine", "denied", stream), "ada")

    await until(lambda: viewer.connection.connectionState == "closed")


async def test_orders_that_say_nothing_are_survived(engine: EngineProcess, stream: str) -> None:
    channel = product_redis.key("engine", "orders")
    for nonsense in (b"\xff", "[]", "{}", json.dumps({"order": "dance", "stream": stream})):
        product_redis.client().publish(channel, nonsense)

    assert engine.stats()["rooms"] == engine.stats()["rooms"]


def test_an_engine_that_is_stopped_takes_itself_off_the_board_at_once() -> None:
    with running() as engine:
        engine.wait_for_beat()
        mine = engine.stats()["process"]
        engine.stop()

        assert not product_redis.client().exists(product_redis.key(*keys.process_key(mine)))
        assert not product_redis.client().sismember(product_redis.key(*keys.PROCESSES), mine)


async def test_without_redis_the_engine_forwards_on(stream: str, peers: Peers) -> None:
    nowhere = "redis://127.0.0.1:1/0"
    with running(REDIS_URL=nowhere) as engine:
        await peers.host(engine, stream)
        viewer = await peers.viewer(engine, stream)

        await viewer.sees()


async def test_behind_a_translation_people_connect_without_any_candidate_of_theirs(
    stream: str, peers: Peers
) -> None:
    # As in production: their addresses are of the inside, so none is tried.
    with running(ENGINE_BIND_ADDRESSES="0.0.0.0", ENGINE_NAT_ADDRESS="127.0.0.1") as engine:
        await peers.host(engine, stream)
        viewer = await peers.viewer(engine, stream)

        await viewer.sees()
        assert " 0.0.0.0 " not in viewer.connection.remoteDescription.sdp.split("candidate", 1)[1]


async def test_a_big_room_goes_on_in_a_second_process(stream: str, peers: Peers) -> None:
    with running() as origin, running() as edge:
        await peers.host(origin, stream, brightness=40)
        viewer = await peers.viewer(edge, stream)
        await viewer.sees()
        assert viewer.brightness < 60
        assert edge.room(stream)["is_origin"] is False
        assert (origin.room(stream)["viewers"], origin.room(stream)["edges"]) == (0, 1)
        # The edge counts the viewer, the origin has the host: a second later both are posted.
        await until(lambda: _told(stream) == (1, True))

        # The host reloads its page, the origin dies and comes back, the host moves to the edge:
        # through all of it the viewer keeps its one connection.
        await peers.host(origin, stream, brightness=90)
        await until(lambda: 70 < viewer.brightness < 110)
        await asyncio.to_thread(origin.restart)  # the viewer must go on answering meanwhile
        await peers.host(origin, stream, brightness=150)
        await until(lambda: 130 < viewer.brightness < 170)
        await peers.host(edge, stream, brightness=220)
        await until(lambda: viewer.brightness > 200)
        assert viewer.connection.connectionState == "connected"
        assert edge.room(stream)["is_origin"]


def _denied(stream: str) -> set[bytes]:
    return product_redis.client().smembers(product_redis.key("engine", "denied", stream))


def _told(stream: str) -> tuple[int | None, bool | None]:
    """What the product hears of a stream: viewers, and whether the host is on air."""
    found = EmbeddedEngine().stats(stream_ids=[uuid.UUID(stream)]).values()
    return next(((stats.viewers, stats.host_on_air) for stats in found), (None, None))
