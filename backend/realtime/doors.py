"""The sockets of one process: silent ones are closed, revoked ones at once.

``doors.here()`` belongs to the running event loop, as the bus does.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections import defaultdict
from collections.abc import Collection
from functools import cache
from typing import TYPE_CHECKING, Final
from uuid import UUID
from weakref import WeakKeyDictionary

import orjson

from backend.realtime import admission, bus, closing, rooms, snapshot
from backend.realtime.parcels import Parcel

if TYPE_CHECKING:
    from backend.realtime.visitors import Visitor

_ROUND_SECONDS: Final = 1.0
_RESYNCS_AT_ONCE: Final = 8
_YOUNG_OBJECTS_MAX: Final = 10_000


@cache
def _spare_the_collector() -> None:
    """Take what the program itself consists of out of Python's garbage collection, once.

    A full collection walks hundreds of thousands of objects of Django's that never go: 50 ms in
    which every socket of the process is silent. Afterwards it walks the sockets alone.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS_MAX, *gc.get_threshold()[1:])


class Doors:
    """Every open socket here, by user."""

    def __init__(self) -> None:
        _spare_the_collector()
        self._by_user: dict[UUID, set[Visitor]] = defaultdict(set)
        self.resyncing = asyncio.Semaphore(_RESYNCS_AT_ONCE)
        self._rounds: asyncio.Task[None] | None = None
        self._joined: asyncio.Task[bus.Room] | None = None

    async def opened(self, socket: Visitor) -> None:
        """Look after ``socket`` from now on.

        :raises Unavailable: Redis is out of reach, so a revocation would not be heard.
        """
        self._by_user[socket.user_id].add(socket)
        loop = asyncio.get_running_loop()
        if self._rounds is None or self._rounds.done():
            self._rounds = loop.create_task(self._make_rounds())
        if self._joined is None or (self._joined.done() and self._joined.exception()):
            self._joined = loop.create_task(bus.here().join(rooms.doors(), self))
        await asyncio.shield(self._joined)

    def closed(self, socket: Visitor) -> None:
        """Forget ``socket``."""
        mine = self._by_user.get(socket.user_id)
        if mine is not None:
            mine.discard(socket)
            if not mine:
                del self._by_user[socket.user_id]

    def sockets(self) -> Collection[Visitor]:
        """All sockets open here."""
        return [socket for mine in self._by_user.values() for socket in mine]

    def hear(self, parcel: Parcel) -> None:
        """A revocation from anywhere: close what it names."""
        said = orjson.loads(parcel.body)
        if said["type"] != "sockets-closed":
            return
        user_id, code = UUID(said["data"]["user_id"]), int(said["data"]["code"])
        for socket in tuple(self._by_user.get(user_id, ())):
            socket.close(code)

    def resync(self) -> None:
        """Versions may have been missed; each socket's own resync sends what is true now."""
        snapshot.forget_all()

    async def _make_rounds(self) -> None:
        """Once a second: close the silent, refresh the seats a part at a time."""
        turn = 0
        while self._by_user:
            await asyncio.sleep(_ROUND_SECONDS)
            turn = (turn + 1) % admission.REFRESH_SECONDS
            now = time.monotonic()
            for index, socket in enumerate(self.sockets()):
                if now - socket.heard_at > socket.silence_seconds:
                    socket.close(closing.SILENT)
                elif index % admission.REFRESH_SECONDS == turn and socket.seat is not None:
                    admission.refresh(socket.seat)


_doors: WeakKeyDictionary[asyncio.AbstractEventLoop, Doors] = WeakKeyDictionary()


def here() -> Doors:
    """The doors of the running event loop."""
    loop = asyncio.get_running_loop()
    found = _doors.get(loop)
    if found is None:
        found = _doors[loop] = Doors()
    return found
