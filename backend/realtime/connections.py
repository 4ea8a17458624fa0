"""One websocket connection: accepted, numbered frames out, frames in, closed for sure.

Knows nothing of rooms and users; ``relay.Socket`` stands on it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final

from backend.realtime import closing, origins
from backend.realtime.outbox import Line, Outbox
from backend.realtime.parcels import Parcel

Message = dict[str, Any]
_CLOSE_SECONDS: Final = 2.0
LINE: Final = "soulseer.line"
"""Scope extension of our own server protocol: an ``outbox.Line``."""
WORK: Final = "soulseer.work"
"""Message of a line: ``work`` is what taking a frame asks for, to be awaited in its turn."""


class Connection:
    """Subclasses say what happens on entering, for each message, and on leaving."""

    def __init__(self, scope: Message, receive: Any, send: Any) -> None:
        self.scope = scope
        self.closing = 0
        """The code it closes with, or 0 while it is open."""
        self.heard_at = time.monotonic()
        self._receive, self._asgi_send = receive, send
        self._line: Line | None = scope.get("extensions", {}).get(LINE)
        self._outbox = Outbox(send)
        self._seq = 0
        self._main: asyncio.Task[Any] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @classmethod
    def as_asgi(cls) -> Callable[[Message, Any, Any], Awaitable[None]]:
        """The application that Channels' ``URLRouter`` mounts."""

        async def application(scope: Message, receive: Any, send: Any) -> None:
            await cls(scope, receive, send).run()

        return application

    async def run(self) -> None:
        """Serve the connection from its handshake to its end."""
        await self._receive()
        if not origins.allowed(self.scope):
            await self._asgi_send({"type": "websocket.close"})
            return
        self._main = asyncio.current_task()
        await self._asgi_send({"type": "websocket.accept"})
        try:
            await self._enter()
            await self._listen()
        except asyncio.CancelledError:
            if not self.closing:
                raise
        finally:
            self._outbox.cancel()
            await self._leave()

    def close(self, code: int, *, at_once: bool = False) -> None:
        """Close with ``code``, after what is queued or (``at_once``) instead of it."""
        if not self.closing:
            self.closing = code
            self._begin(self._shut(at_once=at_once))

    async def _enter(self) -> None:
        """Come in, or ``close``."""

    def _take(self, said: bytes | str | None) -> Awaitable[None] | None:
        """Take one frame (None: not text); return the work it asks for, if any must be awaited."""

    async def _leave(self) -> None:
        """The connection is over."""

    async def _listen(self) -> None:
        receive, take = self._receive, self._take
        if self._line is not None:
            self._line.listen(take)
        while (message := await receive())["type"] != "websocket.disconnect":
            work = message["work"] if message["type"] == WORK else take(message.get("text"))
            if work is not None:
                await work

    def _write(self, parcel: Parcel) -> None:
        """Send one frame, numbered; a page that does not read is given up."""
        self._seq += 1
        payload = parcel.numbered(self._seq)
        if not self._outbox.waits and self._line is not None and self._line.write(payload):
            pass
        elif not self._outbox.put(payload):
            self.close(closing.SILENT, at_once=True)
        if parcel.closes:
            self.close(parcel.closes)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _shut(self, *, at_once: bool) -> None:
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                if at_once:
                    self._outbox.cancel()
                await self._outbox.drained()
                await self._asgi_send({"type": "websocket.close", "code": self.closing})
                if self._main is not None:
                    await asyncio.wait({self._main})
        except (OSError, RuntimeError):
            self._abort()  # The page does not read, or is gone already.

    def _abort(self) -> None:
        if self._line is not None:
            self._line.abort()
        if self._main is not None:
            self._main.cancel()
