"""The two ends of a wire, as cheap as they can be: a kept HTTP connection and a websocket.

Neither knows of readings. The websocket reads and writes whole text frames, answers pings, and
masks with zeros, which a server cannot tell from any other mask and which costs us nothing.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any, Final

ANSWER_SECONDS_MAX: Final = 60
_FIN_TEXT, _PONG, _CLOSE, _PING = 0x81, 0x8A, 8, 9
_SHORT, _LONG = 126, 65_536
Hear = Callable[[bytes], None]


class Refused(Exception):
    """The server answered with another status than 2xx, or did not take the socket."""


class Line:
    """One kept HTTP connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls, port: int) -> Line:
        """Dial."""
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def ask(self, method: str, path: str, body: Any = None, headers: str = "") -> bytes:
        """One request; the answer's body.

        :raises Refused: it was not a 2xx.
        """
        sent = b"" if body is None else json.dumps(body).encode()
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(sent)}\r\n{headers}\r\n"
        )
        self._writer.write(head.encode() + sent)
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            said = await self._reader.readuntil(b"\r\n\r\n")
            _, _, rest = said.lower().partition(b"content-length:")
            size = int(rest.split(b"\r\n", 1)[0]) if rest else 0
            answer = await self._reader.readexactly(size)
        status = said[9:12].decode()
        if not status.startswith("2"):
            raise Refused(f"{method} {path}: {status} {answer[:200]!r}")
        return answer

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


class Socket(asyncio.Protocol):
    """One websocket. ``hear`` gets the text of every frame, ``gone`` the end."""

    def __init__(self, hear: Hear, gone: Callable[[], None]) -> None:
        self._hear, self._gone = hear, gone
        self._buffer = bytearray()
        self._transport: Any = None
        self._opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @classmethod
    async def open(cls, port: int, path: str, hear: Hear, gone: Callable[[], None]) -> Socket:
        """Connect and shake hands.

        :raises Refused: the server did not take it.
        """
        loop = asyncio.get_running_loop()
        transport, socket = await loop.create_connection(lambda: cls(hear, gone), "127.0.0.1", port)
        host = f"127.0.0.1:{port}"
        transport.write(
            f"GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: c291bHNlZXIgYmVuY2ghIQ==\r\n\r\n".encode()
        )
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            await socket._opened
        return socket

    def say(self, text: bytes) -> None:
        """Send one frame; on a closed wire nothing happens."""
        if not self._transport.is_closing():
            self._transport.write(_framed(_FIN_TEXT, text))

    def abort(self) -> None:
        """Vanish without a word, as a lost network does."""
        self._transport.abort()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._opened.done():
            self._opened.set_exception(Refused("the socket was closed at once"))
        self._gone()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._opened.done() and not self._shake():
            return
        at = 0
        while (end := self._frame(at)) > at:
            at = end
        del self._buffer[:at]

    def _shake(self) -> bool:
        head, found, rest = bytes(self._buffer).partition(b"\r\n\r\n")
        if not found:
            return False
        self._buffer = bytearray(rest)
        if head.startswith(b"HTTP/1.1 101"):
            self._opened.set_result(None)
            return True
        self._opened.set_exception(Refused(head[:80].decode("latin-1")))
        return False

    def _frame(self, at: int) -> int:
        """Take the frame at ``at``; where the next one begins, or ``at`` when it is not whole."""
        buffer = self._buffer
        if len(buffer) < at + 2:
            return at
        size, head = buffer[at + 1], 2
        if size >= _SHORT:
            head = 4 if size == _SHORT else 10
            size = int.from_bytes(buffer[at + 2 : at + head], "big")
        end = at + head + size
        if len(buffer) < end:
            return at
        opcode = buffer[at] & 15
        body = bytes(buffer[at + head : end])
        if opcode == 1:
            self._hear(body)
        elif opcode == _PING:
            self._transport.write(_framed(_PONG, body))
        elif opcode == _CLOSE:
            self._transport.close()
        return end


def _framed(first: int, text: bytes) -> bytes:
    size = len(text)
    if size < _SHORT:
        head = bytes([first, 0x80 | size])
    elif size < _LONG:
        head = bytes([first, 0x80 | _SHORT]) + size.to_bytes(2, "big")
    else:
        head = bytes([first, 0xFF]) + size.to_bytes(8, "big")
    return head + b"\0\0\0\0" + text
