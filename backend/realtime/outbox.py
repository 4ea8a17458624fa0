"""What waits to be written to one socket: bounded, and never waited for by anybody else.

With our own server protocol (``protocols.SocketProtocol``) a frame is handed to the kernel at
once and never comes here. When the page does not read, or under another server, frames queue and
a task of their own sends them. Beyond ``BYTES_MAX`` the socket is given up, so neither the other
side of the room nor our memory suffers from a slow page.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol

BYTES_MAX: Final = 256 * 1024
FRAMES_MAX: Final = 1_000
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Line(Protocol):
    """The short way to a socket, which our own server protocol offers."""

    def write(self, payload: bytes) -> bool:
        """Send one text frame now; False when it would have to wait, or the end is near."""

    def listen(self, hear: Callable[[bytes], Awaitable[None] | None]) -> None:
        """Hand each text frame to ``hear`` as it comes, when nothing is waiting. Work that it
        returns is passed on as a message ``{"type": WORK, "work": …}``."""

    def abort(self) -> None:
        """Drop the connection without a goodbye, which no close frame could reach."""


class Outbox:
    """Frames on their way to one socket."""

    __slots__ = ("_drainer", "_send", "_size", "_waiting", "gone", "waits")

    def __init__(self, send: Send) -> None:
        self._send = send
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._drainer: asyncio.Task[None] | None = None
        self.gone = False
        """The other end has closed; what is put now is dropped."""
        self.waits = False
        """Something is queued, so that nothing may be written past it."""

    def put(self, payload: bytes) -> bool:
        """Queue one text frame; False when the socket is too slow to be kept."""
        if self.gone:
            return True
        if self._size + len(payload) > BYTES_MAX or len(self._waiting) >= FRAMES_MAX:
            return False
        self._waiting.append(payload)
        self._size += len(payload)
        if self._drainer is None:
            self._drainer = asyncio.get_running_loop().create_task(self._drain())
            self.waits = True
        return True

    async def drained(self) -> None:
        """Wait until nothing is queued."""
        if self._drainer is not None:
            await asyncio.wait({self._drainer})

    def cancel(self) -> None:
        """Forget what is queued."""
        self.gone = True
        if self._drainer is not None:
            self._drainer.cancel()

    async def _drain(self) -> None:
        try:
            while self._waiting:
                payload = self._waiting.popleft()
                self._size -= len(payload)
                await self._send({"type": "websocket.send", "text": payload.decode()})
        except (OSError, RuntimeError):
            self.gone = True  # A peer that is closing is its own affair, not the sender's.
        finally:
            self._drainer = None
            self.waits = False
