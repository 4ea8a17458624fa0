"""A socket of ours from the outside: envelope in, envelope out, a beat every 5 s."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from demo_readers.api import Api

BEAT_SECONDS = 5
_FRAME_BYTES_MAX = 1 << 20
Frame = dict[str, Any]


class Socket:
    """One open socket. ``beat`` gives the data of the next heartbeat."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    async def send(self, kind: str, data: Frame | None = None) -> None:
        """Send one frame. A socket that is closing swallows it: truth is one GET away."""
        with suppress(ConnectionClosed):
            await self._connection.send(json.dumps({"type": kind, "data": data or {}}))

    async def frames(self) -> AsyncIterator[tuple[str, Frame]]:
        """Frames as they come, until the server closes."""
        try:
            async for raw in self._connection:
                frame = json.loads(raw)
                yield frame["type"], frame.get("data") or {}
        except ConnectionClosed:
            return

    async def close(self) -> None:
        """Say goodbye and go."""
        await self._connection.close()

    def abort(self) -> None:
        """Be gone without a word, as a line that is cut."""
        self._connection.transport.abort()

    async def beat(self, data: Callable[[], Frame]) -> None:
        """Send heartbeats until cancelled."""
        while True:
            await self.send("heartbeat", data())
            await asyncio.sleep(BEAT_SECONDS)


@asynccontextmanager
async def opened(api: Api, room: str) -> AsyncIterator[Socket]:
    """A socket into ``room`` (``me`` or ``sessions/<id>``), closed at the end."""
    url = await api.socket_url(room)
    async with connect(
        url,
        origin=Origin(api.base),
        max_size=_FRAME_BYTES_MAX,
        proxy=None,  # type: ignore[arg-type]
    ) as connection:
        yield Socket(connection)
