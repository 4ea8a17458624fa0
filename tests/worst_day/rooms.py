"""One side of one reading, as a page holds it: socket, signaling, beats, chat, and the end.

Media does not flow; everything that the server sees of it does: an offer answered, beats that
say whether media is up, a leave that is said and one that is not.
"""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import uuid4

import httpx
from websockets.exceptions import WebSocketException

from demo_readers.api import SignInFailed
from demo_readers.sockets import BEAT_SECONDS, Frame, Socket, opened
from tests.worst_day.asking import Caller
from tests.worst_day.chronicle import now
from tests.worst_day.day import Day, Reading

LIVE: Final = ("requested", "connecting", "active", "paused")
_BEAT_WITHOUT_MEDIA_SECONDS: Final = 1.0
_AGAIN_SECONDS: Final = (0.4, 1.2)
_SDP: Final = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\n"


class Mishap(StrEnum):
    """What goes wrong on one side."""

    DROP = "drop"  # the line is gone, the page comes back
    SILENCE = "silence"  # the socket stays, no beat comes
    LEAVE = "leave"  # the page says that it goes, and comes back


@dataclass(frozen=True)
class Trouble:
    """A mishap after so many seconds in the room, and how long it lasts."""

    after_s: float
    what: Mishap
    lasts_s: float


def troubles(rng: random.Random, longest_s: float) -> list[Trouble]:
    """What will go wrong for one side of a reading: mostly nothing."""
    if rng.random() > 0.35:
        return []
    what = rng.choice([Mishap.DROP, Mishap.DROP, Mishap.SILENCE, Mishap.LEAVE])
    lasts = rng.choice([rng.uniform(1, 6), rng.uniform(11, 20)])
    return [Trouble(rng.uniform(2, max(3, longest_s)), what, lasts)]


class Seat:
    """A page in a reading's room, from the first joining to the end."""

    def __init__(
        self, day: Day, caller: Caller, reading: Reading, role: str, *, stays_s: float
    ) -> None:
        self._day, self._caller, self._reading, self._role = day, caller, reading, role
        self._witness = reading.witnesses[role]
        self._stays_s = stays_s
        self._rng = day.plan.rng(f"{reading.id}:{role}")
        self._name = f"{caller.name} ({role} of {reading.id[:8]})"
        self._socket: Socket | None = None
        self._media = self._silent = self._gone = False
        self._state = ""
        self._over = asyncio.Event()
        self._back_at = 0.0

    async def sit(self) -> None:
        """Stay until the reading is over."""
        self._day.seats.add(self)
        jobs = [
            asyncio.create_task(job)
            for job in (
                self._leave(),
                *(self._suffer(one) for one in troubles(self._rng, self._stays_s)),
            )
        ]
        try:
            while not self._over.is_set():
                await self._visit()
                if not self._over.is_set():
                    away_s = self._back_at - asyncio.get_running_loop().time()
                    await asyncio.sleep(max(self._rng.uniform(*_AGAIN_SECONDS), away_s))
        finally:
            for job in jobs:
                job.cancel()
            self.look()
            self._day.seats.discard(self)

    # ── The socket ──────────────────────────────────────────────────────────────────────────
    async def _visit(self) -> None:
        """One socket, until it closes or the line is lost."""
        try:
            async with opened(self._caller.api, f"sessions/{self._reading.id}") as socket:
                self._socket, self._gone = socket, False
                beats = asyncio.create_task(self._beat(socket))
                try:
                    async for kind, frame in socket.frames():
                        if self._gone:
                            break
                        if not self._silent:
                            await self._hear(socket, kind, frame)
                        if self._over.is_set():
                            return
                finally:
                    self._socket = None
                    self.look()
                    beats.cancel()
        except httpx.HTTPStatusError as refused:
            self._note(f"no ticket: {refused.response.status_code}")
        except (httpx.TransportError, SignInFailed, OSError, WebSocketException) as lost:
            self._note(f"no socket: {type(lost).__name__}")
        await self._ask_whether_over()

    async def _ask_whether_over(self) -> None:
        if self._gone or self._over.is_set():
            return
        answer = await self._caller.ask("GET", f"/sessions/{self._reading.id}/")
        if answer.ok and answer.body["state"] not in LIVE:
            self._ended(answer.body["state"])

    async def _beat(self, socket: Socket) -> None:
        while True:
            if not self._silent:
                if self._media:
                    self._witness.beat(now())
                stats = {"rtt_ms": 40, "loss_pct": 0.0}
                await socket.send("heartbeat", {"up": self._media, "stats": stats})
            await asyncio.sleep(BEAT_SECONDS if self._media else _BEAT_WITHOUT_MEDIA_SECONDS)

    async def _beat_now(self, socket: Socket) -> None:
        """A page whose media comes up says so at once."""
        self._witness.beat(now())
        await socket.send("heartbeat", {"up": True, "stats": {}})

    async def _hear(self, socket: Socket, kind: str, frame: Frame) -> None:
        match kind:
            case "joined":
                await self._joined(socket, frame)
            case "user-joined":
                await self._peer_came(socket)
            case "user-left" if self._reading.kind != "chat":
                self._media = False
            case "offer":
                await socket.send("answer", {"sdp": _SDP, "negotiation": frame["negotiation"]})
                await self._media_is_up(socket)
            case "answer":
                await self._media_is_up(socket)
            case "session-state" | "meter":
                self._moved(str(frame["state"]), frame)
            case "session-ended":
                self._ended(str(frame.get("reason")))
            case "error":
                self._note(f"error {frame.get('code')}: {frame.get('detail')}")
        self.look()

    async def _joined(self, socket: Socket, frame: Frame) -> None:
        self._moved(str(frame["session"]["state"]), frame["session"])
        if frame["session"]["state"] not in LIVE:
            self._ended(str(frame["session"]["state"]))
        elif self._reading.kind == "chat":
            await self._media_is_up(socket)
        elif frame["peer"]["present"]:
            await self._peer_came(socket)

    async def _peer_came(self, socket: Socket) -> None:
        """The client offers; the reader waits for the offer."""
        if self._reading.kind != "chat" and self._role == "client":
            await socket.send("offer", {"sdp": _SDP, "negotiation": 1})
            await socket.send("ice-candidate", {"candidate": None, "negotiation": 1})

    async def _media_is_up(self, socket: Socket) -> None:
        if not self._media:
            self._media = True
            await self._beat_now(socket)
            await socket.send("media-state", {"microphone": True, "camera": True})

    def _moved(self, state: str, facts: dict[str, Any]) -> None:
        if state != self._state:
            self._note(f"hears {state} {facts.get('pause') or ''} {facts.get('reason') or ''}")
            self._state = state

    def _ended(self, why: str) -> None:
        self._note(f"is over: {why}")
        self._state = "ended"
        self._over.set()

    def stop_the_clock(self) -> None:
        """The clock is about to jump: nobody talks through what is left out."""
        self._witness.look(is_talking=False, at=now())

    def look(self) -> None:
        """Talk is heard only while there is a line, media, and a meter that runs (R15)."""
        there = self._socket is not None and not self._gone and not self._silent
        talking = there and self._media and self._state == "active"
        self._witness.look(is_talking=talking, at=now())

    # ── What this side does ─────────────────────────────────────────────────────────────────
    async def _leave(self) -> None:
        """Hang up when one has stayed long enough, or the day is over."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._day.over.wait(), self._stays_s)
        self._witness.beat(now())  # hanging up proves that one is there
        answer = await self._caller.ask(
            "POST", f"/sessions/{self._reading.id}/end/", {}, f"end-{uuid4().hex}", self._reading.id
        )
        self._witness.beat(now())
        self._day.judge("hang up", answer, {"ok"}, self._caller.name, self._reading.id)
        if answer.ok and answer.body["state"] not in LIVE:
            self._ended(answer.body["state"])
            self.look()
            if self._socket is not None:
                await self._socket.close()

    async def _suffer(self, trouble: Trouble) -> None:
        await asyncio.sleep(trouble.after_s)
        self._day.count(f"mishap: {trouble.what}", "done")
        self._note(f"{trouble.what} for {trouble.lasts_s:.1f} s")
        match trouble.what:
            case Mishap.SILENCE:
                self._silent = True
                self.look()
                await asyncio.sleep(trouble.lasts_s)
                self._silent = False
                if self._socket is not None:
                    await self._socket.send("join-reading")
            case Mishap.DROP | Mishap.LEAVE:
                await self._go_away(trouble)

    async def _go_away(self, trouble: Trouble) -> None:
        socket, self._gone, self._media = self._socket, True, False
        self._back_at = asyncio.get_running_loop().time() + trouble.lasts_s
        self.look()
        if socket is not None:
            if trouble.what is Mishap.LEAVE:
                await socket.send("peer-down", {"why": "pagehide"})
                await socket.close()
            else:
                socket.abort()

    async def say(self, text: str) -> None:
        """Write a line, if there is a socket to write it to."""
        socket = self._socket
        if socket is not None and not self._silent:
            await socket.send("chat-typing")
            await socket.send("chat-message", {"key": uuid4().hex, "text": text})

    def _note(self, text: str) -> None:
        self._day.chronicle.note(f"{self._name} {text}", self._caller.name, self._reading.id)
