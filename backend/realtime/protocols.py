"""The websocket protocol of our socket processes, plugged into uvicorn by ``--ws`` (ADR 0007).

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
from typing import Any, Final, cast

from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import OPEN

try:
    from websockets.speedups import apply_mask
except ImportError:  # No compiled wheel for this machine.
    from websockets.utils import apply_mask

from backend.realtime.connections import LINE, WORK
from backend.realtime.corks import cork

MESSAGE_BYTES_MAX: Final = 128 * 1024
"""Beyond this the connection ends with 1009; from 64 KiB on the application answers ``error``."""
QUEUED_MAX: Final = 32
_TEXT: Final = 0x81
_MASKED: Final = 0x80
_FIN: Final = 0x80
_OPCODE: Final = 0x0F
_DATA_OPCODES: Final = (0, 1, 2)
Span = tuple[int, int, int]
_HEAD_BYTES_MIN: Final = 2
_HEAD_BYTES_MAX: Final = 14


class Inbox:
    """The messages that wait for the application; one reader, so no lock and no list of waiters."""

    __slots__ = ("_loop", "_messages", "_reader", "awaited")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._messages: deque[Any] = deque()
        self._reader: asyncio.Future[None] | None = None
        self.awaited = False
        """The application waits for a message, so nothing is before the next one."""

    def put_nowait(self, message: Any) -> None:
        self._messages.append(message)
        if self._reader is not None:
            if not self._reader.done():
                self._reader.set_result(None)
            self._reader = None
            self.awaited = False

    async def get(self) -> Any:
        while not self._messages:
            self._reader = self._loop.create_future()
            self.awaited = True
            await self._reader
        return self._messages.popleft()

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
        self._held_back: list[bytes] = []
        self._hear: Callable[[bytes], Awaitable[None] | None] | None = None

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if hasattr(self, "scope"):
            cast("dict[str, Any]", self.scope)["extensions"][LINE] = self

    # ── The short way ───────────────────────────────────────────────────────────────────────
    def listen(self, hear: Callable[[bytes], Awaitable[None] | None]) -> None:
        self._hear = hear

    def write(self, payload: bytes) -> bool:
        if (
            self.close_sent
            or self.disconnected
            or self.conn.state is not OPEN
            or not self.writable.is_set()
        ):
            return False
        size = len(payload)
        if size < 126:
            head = b"\x81%c" % size
        elif size < 65_536:
            head = b"\x81\x7e%c%c" % (size >> 8, size & 0xFF)
        else:
            head = b"\x81\x7f" + size.to_bytes(8, "big")
        if cork.held is None:
            self.transport.write(head + payload)
        else:
            if not self._held_back:
                cork.held.append(self)
            self._held_back.append(head + payload)
        return True

    def flush(self) -> None:
        held_back, self._held_back = b"".join(self._held_back), []
        if self.conn.state is OPEN and not self.transport.is_closing():
            self.transport.write(held_back)

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
        frames, rest = self._whole_frames(data)
        if len(frames) == 1:
            self._take_frame(data, *frames[0])
        else:
            self._take_frames(data, frames)
        if rest < len(data):
            self._keep(data[rest:])

    def _take_frames(self, data: bytes, frames: list[Span]) -> None:
        corked = cork.put_in()
        try:
            for frame in frames:
                self._take_frame(data, *frame)
        finally:
            if corked:
                cork.pull()

    def _whole_frames(self, data: bytes) -> tuple[list[Span], int]:
        """Where frames begin, where their content does, where they end; where the rest begins."""
        frames: list[Span] = []
        at, end = 0, len(data)
        while end - at >= _HEAD_BYTES_MIN:
            if data[at + 1] < _MASKED:
                return [*frames, (at, at, end)], end  # No page may send that; the base ends it.
            size, body = data[at + 1] & 0x7F, at + 6
            if size == 126:
                size, body = int.from_bytes(data[at + 2 : at + 4], "big"), at + 8
            elif size == 127:
                size, body = int.from_bytes(data[at + 2 : at + 10], "big"), at + 14
            stop = body + size
            if stop > end:
                break
            frames.append((at, body, stop))
            at = stop
        return frames, at

    def _keep(self, begun: bytes) -> None:
        """Keep the beginning of a frame, unless it says that it will be too long."""
        if len(begun) > self.config.ws_max_size or (
            len(begun) >= _HEAD_BYTES_MAX
            and begun[1] & 0x7F == 127
            and int.from_bytes(begun[2:10], "big") > self.config.ws_max_size
        ):
            super().data_received(begun)
        else:
            self._begun = begun

    def _take_frame(self, data: bytes, at: int, body: int, stop: int) -> None:
        if data[at] == _TEXT and body > at and not self._in_fragments:
            payload = apply_mask(data[body:stop], data[body - 4 : body])
            if self._hear is None or not self.queue.awaited:
                self._queue_text(payload)
            elif (work := self._hear(payload)) is not None:
                self.queue.put_nowait({"type": WORK, "work": work})
        else:
            if data[at] & _OPCODE in _DATA_OPCODES:
                self._in_fragments = not data[at] & _FIN
            super().data_received(data[at:stop])

    def _queue_text(self, payload: bytes) -> None:
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
