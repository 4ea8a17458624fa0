"""Real socket servers of their own process, and pages that talk to them."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from django.conf import settings
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from backend.core import redis
from backend.core.ids import uuid7
from backend.realtime import events, parcels, rooms, tickets

ROOT = Path(__file__).resolve().parents[3]
START_SECONDS = 30


@dataclass(frozen=True)
class Server:
    """A socket process; ``log`` is what it has written so far."""

    port: int
    log_file: Path
    pid: int

    @property
    def log(self) -> str:
        return self.log_file.read_text()

    @property
    def memory(self) -> int:
        """Resident bytes."""
        pages = Path(f"/proc/{self.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGESIZE")


@contextmanager
def serving(
    log_file: Path,
    application: str = "tests.backend.realtime.room_app:application",
    **environment: str,
) -> Iterator[Server]:
    """Run the sockets in a process of their own."""
    with closing(socket.socket()) as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = chosen.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", application]
    options = ["--port", str(port), "--ws", "backend.realtime.protocols:SocketProtocol"]
    with log_file.open("w") as log:
        child = subprocess.Popen(
            [*command, *options, "--lifespan", "off"],
            env={**os.environ, **environment},
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(port, child, log_file)
        yield Server(port, log_file, child.pid)
    finally:
        child.terminate()
        child.wait(10)


def _wait_for(port: int, child: subprocess.Popen[bytes], log_file: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and child.poll() is None:
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"no sockets: {log_file.read_text()}")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("sockets") / "one.log") as one:
        yield one


@pytest.fixture(scope="session")
def other_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The second process; it gives silent pages up sooner, so that a test need not wait."""
    with serving(tmp_path_factory.mktemp("sockets") / "two.log", PRESENCE_SECONDS="4") as two:
        yield two


class Page:
    """A browser page as far as a socket can tell."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def say(self, kind: str, data: Any = None, **more: Any) -> None:
        frame = {"type": kind, **({} if data is None else {"data": data}), **more}
        await self.connection.send(orjson.dumps(frame).decode())

    async def hear(self, kind: str | None = None) -> dict[str, Any]:
        """The next frame, or the next of one type."""
        while True:
            frame: dict[str, Any] = orjson.loads(await self.connection.recv())
            if kind is None or frame["type"] == kind:
                return frame

    async def closed_with(self) -> int:
        """Read until the server closes; the code it closes with."""
        try:
            while True:
                await self.connection.recv()
        except ConnectionClosed as end:
            return end.rcvd.code if end.rcvd else 1006

    async def hears_nothing(self, seconds: float = 0.3) -> bool:
        """Whether nothing comes. Every such wait costs time, so use it for refusals only."""
        try:
            async with asyncio.timeout(seconds):
                await self.connection.recv()
        except TimeoutError:
            return True
        return False


@asynccontextmanager
async def page(
    server: Server, room: str, ticket: str, origin: str | None = None, kernel_bytes: int = 65_536
) -> AsyncIterator[Page]:
    """Open ``/ws/v1/<room>/`` with a ticket. The kernel keeps ``kernel_bytes`` for who reads."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, kernel_bytes)
    line.connect(("127.0.0.1", server.port))
    async with connect(
        f"ws://127.0.0.1:{server.port}/ws/v1/{room}/?ticket={ticket}",
        sock=line,
        origin=origin,  # type: ignore[arg-type]
        proxy=None,
        compression=None,
        close_timeout=2,
    ) as connection:
        yield Page(connection)


@asynccontextmanager
async def side(
    server: Server, role: str, session_id: UUID, user_id: UUID | None = None
) -> AsyncIterator[Page]:
    """One side of a session, with a ticket of its own."""
    room = f"sessions/{session_id}"
    async with page(server, room, tickets.issue(user_id or uuid7(), room, role)) as opened:
        yield opened


def tell(room: str, event: events.Event, only: parcels.Side | None = None) -> None:
    """Publish at once, as a committed transaction would."""
    redis.client().publish(rooms.channel(room), parcels.of(event, only).packed())


@pytest.fixture
def session_id() -> UUID:
    return uuid7()


@pytest.fixture(autouse=True)
def _prefix() -> None:
    assert settings.REDIS_PREFIX.startswith("test-")
