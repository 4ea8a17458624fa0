"""One reading of the load: what its two pages say to the product, and what they know to be true.

The pages use the public API and the socket's protocol and nothing else. Each side notes when it
said what by the wall clock, so that afterwards the bill can be held against what really happened.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

from bench.load.wire import Line, Socket
from bench.web import server

BEAT_SECONDS: Final = 5.0
CHAT_SECONDS: Final = {"chat": 20.0, "voice": 60.0, "video": 60.0}
CANDIDATES: Final = 4
JOIN_SECONDS_MAX: Final = 45.0
_CSRF: Final = "b7" * 16
_SDP: Final = "v=0\r\n" + "a=candidate:1 1 udp 2122260223 192.0.2.17 54321 typ host\r\n" * 40
_STATS: Final = {"rtt_ms": 42, "loss_pct": 0.2, "kbps_in": 690, "kbps_out": 700, "audio_level": 0.3}
_TEXT: Final = "The cards that you drew speak of a long road and of somebody who waits at its end. "


@dataclass
class Seen:
    """What all readings together measured; latencies in milliseconds."""

    relayed: list[float] = field(default_factory=list)
    chats: list[float] = field(default_factory=list)
    beats: list[float] = field(default_factory=list)
    said: int = 0
    heard: int = 0
    unseen: int = 0
    lost: int = 0
    errors: dict[str, int] = field(default_factory=dict)

    def error(self, word: str) -> None:
        self.errors[word] = self.errors.get(word, 0) + 1


class Web:
    """A few kept connections to the API, shared by everybody."""

    def __init__(self, port: int, lines: int) -> None:
        self._port, self._free = port, asyncio.Queue[Line | None]()
        for _ in range(lines):
            self._free.put_nowait(None)

    async def ask(self, who: str, method: str, path: str, body: Any = None) -> Any:
        """One request of the person with that cookie; the answer's JSON.

        :raises Refused: it was refused.
        """
        cookies = f"{server.SESSION_COOKIE}={who}; {server.CSRF_COOKIE}={_CSRF}"
        headers = f"Cookie: {cookies}\r\nX-CSRFToken: {_CSRF}\r\n"
        if method != "GET":
            headers += f"Idempotency-Key: {uuid4()}\r\n"
        line = await self._free.get()
        try:
            line = line or await Line.open(self._port)
            answer = await line.ask(method, f"/api/v1{path}", body, headers)
        except BaseException:
            if line:
                line.close()
            self._free.put_nowait(None)
            raise
        self._free.put_nowait(line)
        return json.loads(answer) if answer else None


class Page:
    """One side of one reading."""

    def __init__(self, reading: Reading, role: str, cookie: str) -> None:
        self._reading, self._role, self._cookie = reading, role, cookie
        self._socket: Socket | None = None
        self._joined = asyncio.Event()
        self._beats: asyncio.Task[None] | None = None
        self._typed: deque[int] = deque(maxlen=64)
        self._asked: deque[int] = deque(maxlen=64)
        self.other: Page
        self.up_at: float | None = None
        """Since when it has been connected without a break, by the wall clock."""

    async def come(self) -> None:
        """Open the socket with a fresh ticket, and be in the room."""
        kind, web = self._reading.kind, self._reading.web
        room = f"sessions/{self._reading.id}"
        ticket = await web.ask(self._cookie, "POST", "/ws-tickets/", {"room": room})
        if kind != "chat":
            await web.ask(self._cookie, "GET", f"/{room}/ice-servers/")
        self._joined.clear()
        path = f"/ws/v1/{room}/?ticket={ticket['ticket']}"
        port = self._reading.sockets_port
        self._socket = await Socket.open(port, path, self._hear, self._gone)
        async with asyncio.timeout(JOIN_SECONDS_MAX):
            await self._joined.wait()

    def connect(self) -> None:
        """Media flow (or the chat's page is shown): beat from now on."""
        self.up_at = time.time()
        self._beats = asyncio.create_task(self._beat())

    def negotiate(self) -> None:
        """What perfect negotiation sends through the relay for one call."""
        word = "offer" if self._role == "client" else "answer"
        self.say(word, {"sdp": _SDP, "negotiation": 1})
        for number in range(CANDIDATES):
            candidate = f"candidate:{number} 1 udp 2122260223 192.0.2.17 54321 typ host"
            self.say("ice-candidate", {"candidate": {"candidate": candidate}, "negotiation": 1})

    async def drop(self, seconds: float) -> None:
        """Vanish without a word, and come back after so many seconds."""
        self._stop()
        if self._socket:
            self._socket.abort()
        await asyncio.sleep(seconds)
        await self.come()
        self.connect()

    def write(self) -> None:
        """Type, and say something."""
        self._typed.append(time.monotonic_ns())
        self.say("chat-typing")
        key = uuid4().hex
        self._reading.written[key] = time.monotonic_ns()
        self.say("chat-message", {"key": key, "text": _TEXT})

    def leave(self) -> None:
        """No more beats; the socket is closed when the server says that it is over."""
        self._stop()

    def say(self, kind: str, data: Any = None) -> None:
        """Send one frame."""
        if self._socket:
            self._reading.seen.said += 1
            self._socket.say(json.dumps({"type": kind, "data": data or {}}).encode())

    def _stop(self) -> None:
        self.up_at = None
        if self._beats:
            self._beats.cancel()

    async def _beat(self) -> None:
        content: dict[str, Any] = {"up": True}
        if self._reading.kind != "chat":
            content["stats"] = _STATS
        due = time.monotonic()
        while True:
            self._asked.append(time.monotonic_ns())
            self.say("heartbeat", content)
            due += BEAT_SECONDS
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    def _hear(self, text: bytes) -> None:
        seen = self._reading.seen
        seen.heard += 1
        kind = text[text.index(b'"type":"') + 8 :].split(b'"', 1)[0]
        if kind == b"meter":
            if self._asked:
                seen.beats.append((time.monotonic_ns() - self._asked.popleft()) / 1e6)
        elif kind == b"chat-typing":
            if self.other._typed:
                seen.relayed.append((time.monotonic_ns() - self.other._typed.popleft()) / 1e6)
        elif kind == b"chat-message":
            self._read(json.loads(text)["data"])
        elif kind == b"joined":
            self._joined.set()
        elif kind == b"session-state":
            self._reading.state = json.loads(text)["data"]["state"]
        elif kind == b"session-ended":
            self._reading.over.set()
        elif kind == b"error":
            seen.error(json.loads(text)["data"]["code"])

    def _read(self, message: dict[str, Any]) -> None:
        if message["sender"] != self._role:
            sent = self._reading.written.pop(message["key"], None)
            if sent is not None:
                self._reading.seen.chats.append((time.monotonic_ns() - sent) / 1e6)

    def _gone(self) -> None:
        if self.up_at is not None and not self._reading.over.is_set():
            self._reading.seen.lost += 1


class Reading:
    """Two pages from the ring to the end."""

    def __init__(
        self, pair: dict[str, str], web: Web, sockets_port: int, seen: Seen, chance: random.Random
    ) -> None:
        self.kind, self.web, self.sockets_port, self.seen = pair["kind"], web, sockets_port, seen
        self._pair, self._chance = pair, chance
        self.id = self.state = ""
        self.over = asyncio.Event()
        self.written: dict[str, int] = {}
        self.stretches: list[tuple[float, float]] = []
        """When both were connected, by the wall clock: from and until."""
        self._talking: asyncio.Task[None] | None = None
        self.client = Page(self, "client", pair["client"])
        self.reader = Page(self, "reader", pair["reader"])
        self.client.other, self.reader.other = self.reader, self.client

    async def begin(self) -> None:
        """Ring, answer, come in, connect."""
        asked = {"reader_id": self._pair["reader_id"], "kind": self.kind}
        made = await self.web.ask(self._pair["client"], "POST", "/sessions/", asked)
        self.id = made["id"]
        await self.web.ask(self._pair["reader"], "POST", f"/sessions/{self.id}/accept/", {})
        await asyncio.gather(self.client.come(), self.reader.come())
        if self.kind != "chat":
            self.client.negotiate()
            self.reader.negotiate()
        self.client.connect()
        await asyncio.sleep(self._chance.uniform(0, 0.5))
        self.reader.connect()
        self._talking = asyncio.create_task(self._talk())

    async def hold(self, until: float, *, drops: bool) -> None:
        """Talk until then (monotonic); when it ``drops``, one side is lost for a while."""
        if drops:
            rest = until - time.monotonic()
            await asyncio.sleep(self._chance.uniform(0.1, 0.7) * rest)
            page = self._chance.choice([self.client, self.reader])
            self._close_stretch()
            await page.drop(self._chance.uniform(16, 25))
        await asyncio.sleep(max(0.0, until - time.monotonic()))

    async def end(self) -> None:
        """One of the two hangs up."""
        if self._talking:
            self._talking.cancel()
        self._close_stretch()
        who = self._chance.choice([self.client, self.reader])
        self.client.leave()
        self.reader.leave()
        who.say("end-session")
        async with asyncio.timeout(60):
            await self.over.wait()
        self.seen.unseen += len(self.written)

    def _close_stretch(self) -> None:
        begun = max(self.client.up_at or 0, self.reader.up_at or 0)
        self.stretches.append((begun, time.time()))

    async def _talk(self) -> None:
        every = CHAT_SECONDS[self.kind]
        await asyncio.sleep(self._chance.uniform(0, every))
        for turn in range(1_000_000):
            page = (self.client, self.reader)[turn % 2]
            if page.up_at is not None and page.other.up_at is not None:
                page.write()
            await asyncio.sleep(every / 2)
