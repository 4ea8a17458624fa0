"""The websocket protocol of our socket processes, plugged into uvicorn (``--ws`` names it).

uvicorn's own class parses each frame through a general state machine and pauses the kernel's
reading for each message. Nearly all our frames are whole, small, masked text frames: those are
read and written here in a few lines, everything else (control frames, fragments, the handshake,
compression) goes to the base class unchanged. The application may also take the short way, an
``outbox.Line``: frames are handed to it as they come, without a turn of the event loop, and it
writes without a coroutine. Under any other server the same application uses plain ASGI.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Final

from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import OPEN

try:
    from websockets.speedups import apply_mask
except ImportError:  # No compiled wheel for this machine.
    from websockets.utils import apply_mask

from backend.realtime.connections import LINE, WORK

MESSAGE_BYTES_MAX: Final = 128 * 1024
"""Beyond this the connection ends with 1009; from 64 KiB on the application answers ``error``."""
QUEUED_MAX: Final = 32
_TEXT: Final = 0x81
_MASKED: Final = 0x80
_FIN: Final = 0x80
_OPCODE: Final = 0x0F
_DATA_OPCODES: Final = (0, 1, 2)
_NOT_ALL_HERE: Final = -1


class Inbox:
    """The messages that wait for the application; one reader, so no lock and no list of waiters."""

    __slots__ = ("_loop", "_messages", "_reader")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._messages: deque[Any] = deque()
        self._reader: asyncio.Future[None] | None = None

    def put_nowait(self, message: Any) -> None:
        self._messages.append(message)
        if self._reader is not None:
            if not self._reader.done():
                self._reader.set_result(None)
            self._reader = None

    async def get(self) -> Any:
        while not self._messages:
            self._reader = self._loop.create_future()
            await self._reader
        return self._messages.popleft()

    @property
    def awaited(self) -> bool:
        """Whether the application waits for a message, so that nothing is before the next."""
        return self._reader is not None

    def empty(self) -> bool:
        return not self._messages

    def __len__(self) -> int:
        return len(self._messages)


class SocketProtocol(WebSocketsSansIOProtocol):
    """One connection."""

    def __init__(self, config: Config, *args: Any, **kwargs: Any) -> None:
        # Compression costs 30 KB a socket and small frames gain nothing from it.
        config.ws_per_message_deflate = False
        config.ws_max_size = min(config.ws_max_size, MESSAGE_BYTES_MAX)
        super().__init__(config, *args, **kwargs)
        self.queue: Any = Inbox(self.loop)
        self._begun = b""
        self._in_fragments = False
        self._general = False
        self._hear: Callable[[bytes], Awaitable[None] | None] | None = None

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if hasattr(self, "scope"):
            self.scope["extensions"][LINE] = self  # type: ignore[typeddict-unknown-key]

    # ── The short way ───────────────────────────────────────────────────────────────────────
    def listen(self, hear: Callable[[bytes], Awaitable[None] | None]) -> None:
        self._hear = hear

    def write(self, payload: bytes) -> bool:
        if self.close_sent or self.disconnected or self.conn.state is not OPEN:
            raise ConnectionResetError("the connection is closing")
        if not self.writable.is_set():
            return False
        size = len(payload)
        if size < 126:
            head = b"\x81%c" % size
        elif size < 65_536:
            head = b"\x81\x7e%c%c" % (size >> 8, size & 0xFF)
        else:
            head = b"\x81\x7f" + size.to_bytes(8, "big")
        self.transport.write(head + payload)
        return True

    def abort(self) -> None:
        self.transport.abort()

    # ── In ──────────────────────────────────────────────────────────────────────────────────
    def data_received(self, data: bytes) -> None:
        if self._general or not self.handshake_complete:
            # Whoever sends frames before our answer to the handshake stays on the general path.
            self._general = self._general or self.handshake_initiated
            super().data_received(data)
            return
        if self._begun:
            data, self._begun = self._begun + data, b""
        if self.close_sent:
            super().data_received(data)
            return
        at, end = 0, len(data)
        while at < end and not self.close_sent:
            stop = self._read_one(data, at, end)
            if stop == _NOT_ALL_HERE:
                break
            at = stop
        if at < end:
            self._begun = data[at:]

    def _read_one(self, data: bytes, at: int, end: int) -> int:
        """Take the frame that begins at ``at``; where the next one begins, or _NOT_ALL_HERE."""
        if end - at < 2:
            return _NOT_ALL_HERE
        size, body = data[at + 1] & 0x7F, at + 6
        if size == 126:
            size, body = int.from_bytes(data[at + 2 : at + 4], "big"), at + 8
        elif size == 127:
            size, body = int.from_bytes(data[at + 2 : at + 10], "big"), at + 14
        stop = body + size
        if stop > end or body > end:
            if size > self.config.ws_max_size:
                super().data_received(data[at:])
                return end
            return _NOT_ALL_HERE
        if data[at] == _TEXT and data[at + 1] & _MASKED and not self._in_fragments:
            self._read_text(apply_mask(data[body:stop], data[body - 4 : body]))
        else:
            if data[at] & _OPCODE in _DATA_OPCODES:
                self._in_fragments = not data[at] & _FIN
            super().data_received(data[at:stop])
        return stop

    def _read_text(self, payload: bytes) -> None:
        if self._hear is not None and self.queue.awaited:
            work = self._hear(payload)
            if work is not None:
                self.queue.put_nowait({"type": WORK, "work": work})
            return
        try:
            text = payload.decode()
        except UnicodeDecodeError:
            self.conn.fail(1007)
            self.handle_parser_exception()
            return
        self.queue.put_nowait({"type": "websocket.receive", "text": text})
        if not self.read_paused and len(self.queue) >= QUEUED_MAX:
            self.read_paused = True
            self.transport.pause_reading()
