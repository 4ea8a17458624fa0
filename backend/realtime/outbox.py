"""What waits to be written to one socket: bounded, and never waited for by anybody else.

A send normally ends at once, because the server only hands the bytes to the kernel; then no
task is needed. When the page does not read, the first send that would wait goes on in a task of
its own and later frames queue behind it, up to ``BYTES_MAX``. Then the socket is given up, so
neither the sender in the other room's seat nor our memory suffers from a slow page.
"""

from __future__ import annotations

import asyncio
import inspect
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any, Final

BYTES_MAX: Final = 256 * 1024
FRAMES_MAX: Final = 1_000
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Outbox:
    """Frames on their way to one socket."""

    __slots__ = ("_direct", "_drainer", "_send", "_size", "_waiting", "gone")

    def __init__(self, send: Send) -> None:
        self._send = send
        self._direct = inspect.iscoroutinefunction(send)
        self._waiting: deque[dict[str, Any]] = deque()
        self._size = 0
        self._drainer: asyncio.Task[None] | None = None
        self.gone = False
        """The other end has closed; what is put now is dropped."""

    def put(self, text: str) -> bool:
        """Send one text frame; False when the socket is too slow to be kept."""
        if self.gone:
            return True
        message = {"type": "websocket.send", "text": text}
        if self._drainer is not None:
            return self._queue(message, len(text))
        if not self._direct:
            return self._drain_later(message, None, len(text))
        sending: Coroutine[Any, Any, None] = self._send(message)  # type: ignore[assignment]
        try:
            awaited = sending.send(None)
        except StopIteration:
            return True
        except (OSError, RuntimeError):
            self.gone = True  # A closing peer raises; that is its own affair, not the sender's.
            return True
        return self._drain_later(message, _Rest(sending, awaited), len(text))

    async def drained(self) -> None:
        """Wait until nothing is queued."""
        if self._drainer is not None:
            await asyncio.wait({self._drainer})

    def cancel(self) -> None:
        """Forget what is queued."""
        self.gone = True
        if self._drainer is not None:
            self._drainer.cancel()

    def _queue(self, message: dict[str, Any], size: int) -> bool:
        if self._size + size > BYTES_MAX or len(self._waiting) >= FRAMES_MAX:
            return False
        self._waiting.append(message)
        self._size += size
        return True

    def _drain_later(self, message: dict[str, Any], begun: _Rest | None, size: int) -> bool:
        if begun is None:
            self._queue(message, size)
        self._drainer = asyncio.get_running_loop().create_task(self._drain(begun))
        return True

    async def _drain(self, begun: _Rest | None) -> None:
        try:
            if begun is not None:
                await begun
            while self._waiting:
                message = self._waiting.popleft()
                self._size -= len(message["text"])
                await self._send(message)
        except (OSError, RuntimeError):
            self.gone = True
        finally:
            self._drainer = None


class _Rest:
    """The rest of a coroutine whose first step was already taken."""

    __slots__ = ("_awaited", "_coroutine")

    def __init__(self, coroutine: Coroutine[Any, Any, None], awaited: Any) -> None:
        self._coroutine = coroutine
        self._awaited = awaited

    def __await__(self) -> Generator[Any, Any, None]:
        awaited = self._awaited
        try:
            while True:
                try:
                    answer = yield awaited
                except BaseException as error:  # noqa: BLE001  (it is thrown on, inside)
                    awaited = self._coroutine.throw(error)
                else:
                    awaited = self._coroutine.send(answer)
        except StopIteration:
            return
