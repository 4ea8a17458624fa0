"""Frames on the wire, byte by byte, against a real server: cut anywhere, glued, malformed."""

from __future__ import annotations

import asyncio
import base64
import os
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import orjson
import pytest

from backend.core.ids import uuid7
from backend.realtime import tickets
from tests.backend.realtime.conftest import Page, Server, side

TEXT, BINARY, CLOSE, PING, PONG, MORE = 1, 2, 8, 9, 10, 0
FIN = 0x80


def frame(opcode: int, payload: bytes, *, fin: bool = True, masked: bool = True) -> bytes:
    """One frame as a page would send it."""
    first = opcode | (FIN if fin else 0)
    size = len(payload)
    head = bytes([first, (0x80 if masked else 0) | (min(126, size))])
    if size >= 126:
        head += struct.pack(">H", size)
    if not masked:
        return head + payload
    mask = os.urandom(4)
    return head + mask + bytes(byte ^ mask[n % 4] for n, byte in enumerate(payload))


def typing(ref: str) -> bytes:
    """A small frame that reaches the other side."""
    return orjson.dumps({"type": "ice-candidate", "data": {"candidate": ref, "negotiation": 1}})


class Wire:
    """A page that writes its own bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def write(self, *pieces: bytes) -> None:
        """Send each piece by itself."""
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()
            await asyncio.sleep(0.002)

    async def read(self) -> tuple[int, bytes]:
        """The next frame of the server: opcode and payload."""
        async with asyncio.timeout(5):
            first, size = await self.reader.readexactly(2)
            if size == 126:
                (size,) = struct.unpack(">H", await self.reader.readexactly(2))
            return first & 15, await self.reader.readexactly(size)

    async def read_close(self) -> int:
        """Read on until the server closes; its code."""
        while True:
            opcode, payload = await self.read()
            if opcode == CLOSE:
                return int.from_bytes(payload[:2], "big")


@asynccontextmanager
async def wire(server: Server, session_id: UUID) -> AsyncIterator[Wire]:
    """The client's side of a session, joined."""
    room = f"sessions/{session_id}"
    ticket = tickets.issue(uuid7(), room, "client")
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(
        f"GET /ws/v1/{room}/?ticket={ticket} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n\r\n".encode()
    )
    await reader.readuntil(b"\r\n\r\n")
    opened = Wire(reader, writer)
    assert b'"joined"' in (await opened.read())[1]
    try:
        yield opened
    finally:
        writer.close()


async def heard(page: Page, number: int) -> list[str]:
    return [(await page.hear("ice-candidate"))["data"]["candidate"] for _ in range(number)]


async def test_frames_may_be_cut_anywhere(server: Server, session_id: UUID) -> None:
    async with (
        wire(server, session_id) as client,
        side(server, "reader", session_id) as reader,
    ):
        await reader.hear("joined")
        both = frame(TEXT, typing("a")) + frame(TEXT, typing("b" * 100))
        for cut in range(1, len(both), 9):
            await client.write(both[:cut], both[cut:])
            assert await heard(reader, 2) == ["a", "b" * 100]


async def test_a_frame_may_come_byte_by_byte(server: Server, session_id: UUID) -> None:
    async with (
        wire(server, session_id) as client,
        side(server, "reader", session_id) as reader,
    ):
        await reader.hear("joined")
        slow = frame(TEXT, typing("x" * 80))
        await client.write(*[slow[n : n + 1] for n in range(len(slow))])
        assert await heard(reader, 1) == ["x" * 80]


async def test_pings_and_pieces_stand_between_whole_frames(
    server: Server, session_id: UUID
) -> None:
    async with (
        wire(server, session_id) as client,
        side(server, "reader", session_id) as reader,
    ):
        await reader.hear("joined")
        said = typing("in pieces")
        await client.write(
            frame(TEXT, typing("first"))
            + frame(PING, b"are you there")
            + frame(TEXT, said[:10], fin=False)
            + frame(PING, b"still")
            + frame(MORE, said[10:20], fin=False)
            + frame(MORE, said[20:])
            + frame(TEXT, typing("last"))
        )
        assert await heard(reader, 3) == ["first", "in pieces", "last"]
        pongs = [
            payload for opcode, payload in [await client.read() for _ in range(3)] if opcode == PONG
        ]
        assert pongs == [b"are you there", b"still"]


@pytest.mark.parametrize(
    ("bytes_sent", "code"),
    [
        (frame(TEXT, b"{}", masked=False), 1002),
        (frame(3, b"reserved"), 1002),
        (frame(MORE, b"of nothing"), 1002),
        (frame(TEXT, b"begun", fin=False) + frame(TEXT, b"another"), 1002),
        (frame(PING, b"x" * 126), 1002),
        (b"\xc1" + frame(TEXT, b"{}")[1:], 1002),
        (b"\x81\xff" + struct.pack(">Q", 1 << 40) + b"mask", 1009),
        (frame(CLOSE, struct.pack(">H", 1000)), 1000),
    ],
    # Masks are random: without names every worker would collect other tests.
    ids=["unmasked", "reserved", "no start", "two starts", "long ping", "bit", "huge", "close"],
)
async def test_what_breaks_the_protocol_ends_the_connection_alone(
    server: Server, session_id: UUID, bytes_sent: bytes, code: int
) -> None:
    async with (
        side(server, "reader", session_id) as reader,
        wire(server, session_id) as client,
    ):
        await client.write(bytes_sent)
        assert await client.read_close() == code
        assert (await reader.hear("user-left"))["data"] == {"role": "client"}


async def test_text_that_is_no_text_is_refused(server: Server, session_id: UUID) -> None:
    async with wire(server, session_id) as client:
        await client.write(frame(TEXT, b'{"type": "\xff\xfe"}'))
        opcode, payload = await client.read()

    assert opcode == TEXT
    assert orjson.loads(payload)["data"]["code"] == "malformed"


async def test_an_answer_of_every_length_has_the_right_head(
    server: Server, session_id: UUID
) -> None:
    """Lengths around the borders at which a frame's head changes its shape."""
    async with (
        side(server, "client", session_id) as client,
        side(server, "reader", session_id) as reader,
    ):
        await client.hear("user-joined")
        for size in (1, 20, 60, 125, 126, 127, 1_000, 59_000):
            await client.say("offer", {"sdp": "x" * size, "negotiation": size})
            offered = await reader.hear("offer")
            assert offered["data"] == {"sdp": "x" * size, "negotiation": size}
