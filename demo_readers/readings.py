"""One reading, from the reader's side, over the session's socket."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from demo_readers.api import Api
from demo_readers.calls import Call
from demo_readers.lines import Conversation
from demo_readers.sockets import BEAT_SECONDS, Frame, Socket, opened

log = logging.getLogger(__name__)
_THINKS_SECONDS = (1.5, 3.5)
_RECONNECTS_MAX = 20


class Reading:
    """Joins a session's room, holds its end of it, and leaves when the server says it is over."""

    def __init__(self, api: Api, name: str, session_id: str) -> None:
        self._api, self._name, self._session_id = api, name, session_id
        self._call: Call | None = None
        self._talk = Conversation()
        self._over = self._greeted = False
        self._jobs: set[asyncio.Task[None]] = set()

    async def hold(self) -> None:
        """Stay until the session has ended; a lost socket is opened again."""
        try:
            for _ in range(_RECONNECTS_MAX):
                with suppress(OSError):
                    await self._visit()
                if self._over:
                    return
                await asyncio.sleep(1)
        finally:
            for job in self._jobs:
                job.cancel()
            if self._call:
                await self._call.close()

    async def _visit(self) -> None:
        async with opened(self._api, f"sessions/{self._session_id}") as socket:
            beats = asyncio.create_task(self._beat(socket))
            try:
                async for kind, data in socket.frames():
                    await self._hear(socket, kind, data)
                    if self._over:
                        return
            finally:
                beats.cancel()

    async def _hear(self, socket: Socket, kind: str, data: Frame) -> None:
        match kind:
            case "joined":
                await self._joined(data)
            case "offer" if self._call:
                answer = await self._call.answer(str(data.get("sdp", "")))
                await socket.send("answer", {"sdp": answer, "negotiation": data.get("negotiation")})
            case "ice-candidate" if self._call:
                await self._call.add_candidate(data.get("candidate"))
            case "session-state" if data.get("state") == "active":
                self._soon(self._greet(socket))
            case "chat-message" if data.get("sender") == "client":
                self._soon(self._reply(socket, str(data.get("text", ""))))
            case "session-ended":
                self._over = True

    async def _joined(self, data: Frame) -> None:
        session = data["session"]
        if session["state"] not in ("requested", "connecting", "active", "paused"):
            self._over = True
        if session["kind"] != "chat" and self._call is None:
            ice = await self._api.ask("GET", f"/sessions/{self._session_id}/ice-servers/")
            video = session["kind"] == "video"
            self._call = Call(self._name, video=video, ice_servers=ice["ice_servers"])

    async def _beat(self, socket: Socket) -> None:
        while True:
            up = await self._call.is_up() if self._call else True
            await socket.send("heartbeat", {"up": up, "stats": {}})
            await asyncio.sleep(1 if self._call and not up else BEAT_SECONDS)

    async def _greet(self, socket: Socket) -> None:
        if not self._greeted:
            self._greeted = True
            await self._say(socket, self._talk.opening())

    async def _reply(self, socket: Socket, text: str) -> None:
        await self._say(socket, self._talk.answer_to(text))

    async def _say(self, socket: Socket, line: str) -> None:
        await socket.send("chat-typing")
        await asyncio.sleep(random.uniform(*_THINKS_SECONDS))  # noqa: S311
        key = f"{self._session_id}-{random.getrandbits(64):x}"
        await socket.send("chat-message", {"key": key, "text": line})

    def _soon(self, job: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(job)
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)
