"""The room's socket, against the product's own application in a process of its own."""

from __future__ import annotations

import os
import socket as sockets
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from uuid import uuid4

import pytest
from channels.db import database_sync_to_async

from backend.realtime import tickets
from live.models import ChatMessage, QualitySample, SessionEvent
from live.states import Peer
from tests.backend.realtime.conftest import Page, Server, page
from tests.live.stage import Stage

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(60)]
ROOT = Path(__file__).resolve().parents[2]
P = ParamSpec("P")
R = TypeVar("R")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with closing(sockets.socket()) as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = chosen.getsockname()[1]
    log_file = tmp_path_factory.mktemp("room") / "server.log"
    command = [sys.executable, "-m", "uvicorn", "backend.config.asgi:application"]
    options = ["--port", str(port), "--ws", "backend.realtime.protocols:SocketProtocol"]
    with log_file.open("w") as log:
        child = subprocess.Popen(
            [*command, *options, "--lifespan", "off"],
            env={**os.environ, "WS_ALLOWED_ORIGINS": "http://localhost"},
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline and child.poll() is None:
            with closing(sockets.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        else:
            raise RuntimeError(log_file.read_text())
        yield Server(port, log_file, child.pid)
    finally:
        child.terminate()
        child.wait(10)


async def run(act: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Do something in the database."""
    return await database_sync_to_async(act)(*args, **kwargs)


def accepted(kind: str = "voice") -> Stage:
    stage = Stage(datetime.now(UTC))
    stage.request(kind)
    stage.accept()
    return stage


@asynccontextmanager
async def enter(server: Server, stage: Stage, peer: Peer) -> AsyncIterator[Page]:
    room = f"sessions/{stage.session.id}"
    user = stage.client if peer is Peer.CLIENT else stage.reader
    ticket = await run(tickets.issue, user.pk, room, peer.value)
    async with page(server, room, ticket) as opened:
        yield opened


@asynccontextmanager
async def both(server: Server, kind: str = "voice") -> AsyncIterator[tuple[Stage, Page, Page]]:
    stage = await run(accepted, kind)
    async with enter(server, stage, Peer.CLIENT) as client:
        await client.hear("joined")
        async with enter(server, stage, Peer.READER) as reader:
            await reader.hear("joined")
            yield stage, client, reader


async def beat(*pages: Page, up: bool = True, **more: Any) -> list[dict[str, Any]]:
    """Heartbeats, and the meters that answer them."""
    answers = []
    for one in pages:
        await one.say("heartbeat", {"up": up, **more})
        answers.append((await one.hear("meter"))["data"])
    return answers


async def test_the_whole_room_comes_first(server: Server) -> None:
    stage = await run(accepted, "video")
    async with enter(server, stage, Peer.READER) as reader:
        frame = await reader.hear()
        joined = frame["data"]
        assert (frame["type"], frame["seq"]) == ("joined", 1)
        assert (joined["role"], joined["polite"], joined["ice_policy"]) == ("reader", True, "all")
        assert joined["peer"]["name"] == stage.client.display_name
        assert joined["peer"]["present"] is False
        assert joined["session"]["state"] == "connecting"
        assert joined["meter"]["elapsed_s"] == 0
        assert joined["messages"] == []


async def test_the_meter_runs_once_both_report_media(server: Server) -> None:
    async with both(server) as (stage, client, reader):
        assert (await client.hear("user-joined"))["data"] == {"role": "reader"}
        (first,) = await beat(client)
        assert first["state"] == "connecting"
        await beat(reader)
        for one in (client, reader):
            state = (await one.hear("session-state"))["data"]
            assert (state["state"], state["pause"], state["version"]) == ("active", None, 3)
        mine, theirs = await beat(client, reader)
        assert mine["state"] == "active"
        assert "earned_cents" not in mine
        assert theirs["earned_cents"] == 0
        assert mine["remaining_s"] > 1_000
        assert "remaining_s" not in theirs
        assert (await run(stage.row)).state == "active"


async def test_a_page_without_media_proves_nothing(server: Server) -> None:
    async with both(server) as (stage, client, reader):
        await beat(client, reader, up=False)
        await beat(client)
        assert (await run(stage.row)).state == "connecting"


async def test_signals_reach_the_other_side_only(server: Server) -> None:
    async with both(server) as (_stage, client, reader):
        await client.say("offer", {"sdp": "v=0", "negotiation": 1})
        assert (await reader.hear("offer"))["data"] == {"sdp": "v=0", "negotiation": 1}
        await reader.say("media-state", {"microphone": True, "camera": False})
        assert (await client.hear("media-state"))["data"]["camera"] is False


async def test_a_page_that_leaves_pauses_the_meter(server: Server) -> None:
    async with both(server) as (stage, client, reader):
        await beat(client, reader)
        await client.hear("session-state")
        await client.say("peer-down", {"why": "pagehide"})
        while True:
            state = (await reader.hear("session-state"))["data"]
            if state["state"] == "paused":
                break
        assert (state["pause"], state["reason"]) == ("media", "client_away")
        await client.say("peer-down", {"why": "bored"}, id="f1")
        assert (await client.hear("error"))["data"]["ref"] == "f1"
        assert (await run(stage.row)).state == "paused"


async def test_chat_is_kept_delivered_and_read(server: Server) -> None:
    async with both(server, "chat") as (_stage, client, reader):
        await beat(client, reader)
        key = str(uuid4())
        for _ in range(2):
            await client.say("chat-message", {"key": key, "text": "Will it rain?"})
        heard = (await reader.hear("chat-message"))["data"]
        echo = (await client.hear("chat-message"))["data"]
        assert heard == echo
        assert (heard["sender"], heard["text"], heard["key"]) == ("client", "Will it rain?", key)
        assert heard["delivered_at"]
        await reader.say("chat-read", {"message_id": heard["message_id"]})
        assert (await client.hear("chat-read"))["data"] == {"up_to": heard["message_id"]}
        await reader.say("chat-typing")
        await client.hear("chat-typing")
        assert await run(ChatMessage.objects.count) == 1
        await client.say("chat-message", {"key": key, "text": "x" * 4_001}, id="long")
        assert (await client.hear("error"))["data"]["code"] == "invalid_input"


async def test_what_was_written_before_is_in_the_room_and_delivered_by_coming(
    server: Server,
) -> None:
    stage = await run(accepted, "chat")
    async with enter(server, stage, Peer.CLIENT) as client:
        await client.hear("joined")
        await client.say("chat-message", {"key": "k", "text": "hello?"})
        sent = (await client.hear("chat-message"))["data"]
        assert sent["delivered_at"] is None
        async with enter(server, stage, Peer.READER) as reader:
            joined = (await reader.hear("joined"))["data"]
            assert [m["text"] for m in joined["messages"]] == ["hello?"]
            told = (await client.hear("chat-delivered"))["data"]
            assert told == {"message_id": sent["message_id"]}


async def test_hanging_up_settles_tells_both_and_closes(server: Server) -> None:
    async with both(server) as (stage, client, reader):
        await beat(client, reader)
        await client.hear("session-state")
        await client.say("end-session")
        mine = (await client.hear("session-ended"))["data"]
        theirs = (await reader.hear("session-ended"))["data"]
        assert (mine["cause"], theirs["cause"]) == ("client", "client")
        assert "earned_cents" not in mine
        assert "total_cents" not in theirs
        assert mine["receipt_url"] == f"/sessions/{stage.session.id}/receipt/"
        assert (await client.closed_with(), await reader.closed_with()) == (4410, 4410)
        assert (await run(stage.row)).state == "ended"
        assert await run(_happened) == [
            *(("socket_opened", side, None) for side in ("client", "reader")),
            *(("media", side, True) for side in ("client", "reader")),
            *(("socket_closed", side, 4410) for side in ("client", "reader")),
        ]


def _happened() -> list[tuple[str, str, Any]]:
    """What was kept, once both closes are there too."""
    deadline = time.monotonic() + 10
    while SessionEvent.objects.count() < 6 and time.monotonic() < deadline:
        time.sleep(0.02)
    order = ["socket_opened", "media", "socket_closed"]
    rows = [
        (row.kind, row.side, row.facts.get("up", row.facts.get("code")))
        for row in SessionEvent.objects.order_by("side")
    ]
    return sorted(rows, key=lambda row: order.index(row[0]))


async def test_coming_to_a_reading_that_is_over_says_so(server: Server) -> None:
    stage = await run(accepted)
    await run(stage.hangup)
    async with enter(server, stage, Peer.CLIENT) as client:
        assert (await client.hear())["type"] == "session-ended"
        assert await client.closed_with() == 4410


async def test_a_ticket_for_another_room_opens_nothing(server: Server) -> None:
    one, other = await run(accepted), await run(accepted)
    ticket = await run(
        tickets.issue, one.client.pk, f"sessions/{one.session.id}", Peer.CLIENT.value
    )
    async with page(server, f"sessions/{other.session.id}", ticket) as stranger:
        assert await stranger.closed_with() == 4403


async def test_quality_is_told_to_both_and_kept(server: Server) -> None:
    async with both(server) as (_stage, client, reader):
        await beat(client, stats={"rtt_ms": 700, "loss_pct": 20, "audio_level": "loud"})
        mine = (await client.hear("quality"))["data"]
        assert (mine["self"], mine["peer"]) == (1, 0)
        theirs = (await reader.hear("quality"))["data"]
        assert (theirs["self"], theirs["peer"]) == (0, 1)
        await beat(client)
    sample = await run(_sampled)
    assert (sample.peer, sample.rtt_ms, sample.audio_level) == ("client", 700, None)


def _sampled() -> QualitySample:
    """The one sample, once it is there: it waits for others to be written with."""
    deadline = time.monotonic() + 10
    while not QualitySample.objects.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    return QualitySample.objects.get()


@pytest.mark.parametrize(
    "frame",
    [
        {"up": "yes"},
        {},
        {"up": True, "user_id": "x"},
        {"up": True, "at": "2036-01-01T00:00:00Z"},
        {"up": True, "stats": []},
    ],
)
async def test_case_40_a_heartbeat_says_nothing_about_who_or_when(
    server: Server, frame: dict[str, Any]
) -> None:
    async with both(server) as (stage, client, _reader):
        await client.say("heartbeat", frame, id="h1")
        refusal = (await client.hear("error"))["data"]
        assert (refusal["code"], refusal["ref"]) == ("invalid_input", "h1")
        assert (await run(stage.row)).state == "connecting"
