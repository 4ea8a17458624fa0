"""The engine as hosts and viewers meet it, over HTTP and WebRTC, without a browser."""

from __future__ import annotations

import re
import socket
import time
import uuid

import httpx
import pytest

from tests.live.engine.peers import Peers, ask, post, until
from tests.live.engine.process import EngineProcess

MALFORMED = [
    "",
    "v=0",
    "\x00\xff" * 50,
    "m=video 9 UDP/TLS/RTP/SAVPF",
    "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n",
]


async def test_a_viewer_decodes_what_the_host_sends(
    engine: EngineProcess, stream: str, peers: Peers
) -> None:
    host = await peers.host(engine, stream)
    viewer = await peers.viewer(engine, stream)

    await viewer.sees()
    await until(lambda: viewer.frames["audio"] > 3)
    assert (host.status, viewer.status) == (201, 201)
    assert viewer.location.startswith(f"{engine.url}/resource/")


async def test_a_viewer_who_came_first_waits_for_the_host(
    engine: EngineProcess, stream: str, peers: Peers
) -> None:
    viewer = await peers.viewer(engine, stream)
    await until(lambda: engine.room(stream).get("viewers") == 1)
    assert engine.room(stream)["host_gone_since"]

    await peers.host(engine, stream)

    await viewer.sees()
    room = engine.room(stream)
    assert (room["host_on_air"], room["host_gone_since"]) == (True, None)


async def test_a_host_whose_page_reloads_goes_on_over_the_viewers_same_connection(
    engine: EngineProcess, stream: str, peers: Peers
) -> None:
    first = await peers.host(engine, stream, brightness=40)
    viewer = await peers.viewer(engine, stream)
    await viewer.sees()
    assert viewer.brightness < 80
    await first.close()

    await peers.host(engine, stream, brightness=220)

    await until(lambda: viewer.brightness > 160)
    assert viewer.connection.connectionState == "connected"


async def test_a_second_page_of_the_host_replaces_the_first(
    engine: EngineProcess, stream: str, peers: Peers
) -> None:
    first = await peers.host(engine, stream, brightness=40)
    viewer = await peers.viewer(engine, stream)
    await viewer.sees()

    await peers.host(engine, stream, brightness=220)

    await until(lambda: viewer.brightness > 160)
    await until(lambda: first.connection.connectionState in ("closed", "failed"))


async def test_a_person_has_one_connection_to_a_stream_the_newer_one(
    engine: EngineProcess, stream: str, peers: Peers
) -> None:
    await peers.host(engine, stream)
    older = await peers.viewer(engine, stream, user="ada")
    await older.sees()
    newer = await peers.viewer(engine, stream, user="ada")

    await newer.sees()
    await until(lambda: older.connection.connectionState == "closed")
    assert engine.room(stream)["viewers"] == 1


async def test_a_closed_tab_is_noticed_in_the_count(
    engine: EngineProcess, stream: str, peers: Peers
) -> None:
    viewer = await peers.viewer(engine, stream)
    await until(lambda: engine.room(stream)["viewers"] == 1)

    await viewer.close()

    await until(lambda: engine.room(stream)["viewers"] == 0)


async def test_leaving_ends_a_connection_once(
    engine: EngineProcess, stream: str, peers: Peers
) -> None:
    viewer = await peers.viewer(engine, stream)
    await until(lambda: engine.room(stream)["viewers"] == 1)

    assert (await ask("DELETE", viewer.location)).status_code == 200

    assert engine.room(stream)["viewers"] == 0
    assert (await ask("DELETE", viewer.location)).status_code == 404


async def test_a_grant_works_once(engine: EngineProcess, stream: str, peers: Peers) -> None:
    token = engine.grant(stream, "viewer")
    first = await peers.receiver().post(f"{engine.url}/whep/{stream}", token)
    second = await peers.receiver().post(f"{engine.url}/whep/{stream}", token)

    assert (first.status_code, second.status_code) == (201, 401)
    assert second.json()["code"] == "bad_grant"


@pytest.mark.parametrize(
    ("door", "role", "claims", "status"),
    [
        ("whip", "viewer", {}, 403),
        ("whip", "edge", {}, 403),
        ("whep", "host", {}, 403),
        ("whep", "viewer", {"key": "a-foreign-key-of-more-than-32-bytes-!"}, 401),
        ("whep", "viewer", {"seconds": -30}, 401),
        ("whep", "viewer", {"issued": int(time.time()) - 3600, "seconds": 7200}, 401),
        ("whep", "stranger", {}, 401),
    ],
)
async def test_a_wrong_grant_opens_nothing(
    engine: EngineProcess, stream: str, door: str, role: str, claims: dict[str, int], status: int
) -> None:
    token = engine.grant(stream, role, **claims)

    answer = await post(f"{engine.url}/{door}/{stream}", token, "v=0")

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert engine.room(stream) == {}


async def test_a_stranger_gets_nothing_of_a_private_stream(
    engine: EngineProcess, stream: str, peers: Peers
) -> None:
    await peers.host(engine, stream)
    offer = await peers.receiver().offer()
    elsewhere = engine.grant(str(uuid.uuid4()), "viewer")

    without = await ask("POST", f"{engine.url}/whep/{stream}", content=offer)
    other = await post(f"{engine.url}/whep/{stream}", elsewhere, offer)

    assert (without.status_code, other.status_code) == (401, 403)
    assert engine.room(stream)["viewers"] == 0


async def test_datagrams_of_strangers_end_nobody_s_connection(
    engine: EngineProcess, stream: str, peers: Peers
) -> None:
    host = await peers.host(engine, stream)
    viewer = await peers.viewer(engine, stream)
    await viewer.sees()
    strange = [b"", b"\x00", b"\x14", b"\x80", b"\x80" * 1_501, b"\x80" * 60, b"\x16\xfe\xfd" * 9]
    strange += [b"\x00\x01\x00\x00\x21\x12\xa4\x42" + b"x" * 12, b"\xff" * 30]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for peer in (host, viewer):
            answer = peer.connection.remoteDescription.sdp
            ports = {int(port) for port in re.findall(r"127\.0\.0\.1 (\d+) typ", answer)}
            assert ports
            for datagram in strange:
                for port in ports:
                    stranger.sendto(datagram, ("127.0.0.1", port))

    await viewer.sees(10)
    assert engine.room(stream)["host_on_air"]


@pytest.mark.parametrize("sdp", MALFORMED)
async def test_a_malformed_offer_is_refused_and_the_engine_lives_on(
    engine: EngineProcess, stream: str, peers: Peers, sdp: str
) -> None:
    for door, role in (("whip", "host"), ("whep", "viewer")):
        answer = await post(f"{engine.url}/{door}/{stream}", engine.grant(stream, role), sdp)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_offer")

    assert (await peers.viewer(engine, stream)).status == 201


async def test_bodies_have_a_type_and_a_limit(engine: EngineProcess, stream: str) -> None:
    url = f"{engine.url}/whep/{stream}"
    long = await post(url, engine.grant(stream, "viewer"), "a=x\r\n" * 20_000)
    json = await post(
        url, engine.grant(stream, "viewer"), "{}", **{"Content-Type": "application/json"}
    )

    assert (long.status_code, json.status_code) == (413, 415)


def test_a_strangers_body_is_not_waited_for(engine: EngineProcess, stream: str) -> None:
    head = f"POST /whep/{stream} HTTP/1.1\r\nHost: e\r\nAuthorization: Bearer forged\r\n"
    head += "Content-Type: application/sdp\r\nContent-Length: 60000\r\n\r\nv=0"
    with socket.create_connection(("127.0.0.1", engine.port), timeout=5) as slow:
        slow.sendall(head.encode())

        assert slow.recv(100).startswith(b"HTTP/1.1 401")


async def test_candidates_do_not_trickle(engine: EngineProcess, peers: Peers, stream: str) -> None:
    viewer = await peers.viewer(engine, stream)

    answer = await ask("PATCH", viewer.location)

    assert answer.status_code == 405


async def test_only_our_own_pages_may_ask(engine: EngineProcess, stream: str) -> None:
    async def preflight(origin: str) -> httpx.Response:
        asked = {
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type",
        }
        url = f"{engine.url}/whep/{stream}"
        return await ask("OPTIONS", url, headers=asked)

    ours = await preflight("http://localhost:8000")
    other = await preflight("https://other.example")

    assert ours.headers["access-control-allow-origin"] == "http://localhost:8000"
    assert other.status_code == 400
    assert "access-control-allow-origin" not in other.headers
    refused = await post(f"{engine.url}/whep/{stream}", "no", "v=0", Origin="http://localhost:8000")
    assert refused.headers["access-control-allow-origin"] == "http://localhost:8000"
    assert "Location" in refused.headers["access-control-expose-headers"]


async def test_it_tells_how_it_is_doing(engine: EngineProcess, stream: str, peers: Peers) -> None:
    host = await peers.host(engine, stream)
    viewer = await peers.viewer(engine, stream)
    await viewer.sees()
    await until(lambda: engine.room(stream)["kbps"] > 0)

    metrics = (await ask("GET", f"{engine.url}/metrics")).text

    assert "live_engine_viewers 1.0" in metrics
    assert "live_engine_packets_out_total" in metrics
    assert engine.stats()["lag_ms"] >= 0
    assert engine.room(stream)["loss_pct"] == 0
    assert host.status == 201
