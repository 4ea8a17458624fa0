"""The one bus of a process: how a room reaches its sockets, wherever they are.

``bus.here()`` is the bus of the running event loop. A socket joins a room and hears its
parcels; what it says is delivered to this process first, without Redis, and to the other
processes through Redis. Django and Celery reach the same rooms by ``publish``.

When Redis is lost the sockets stay open. The bus reconnects, subscribes again and asks every
listener to ``resync``: to send its snapshot, because events may have been missed.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final, Protocol
from weakref import WeakKeyDictionary

import structlog
from django.conf import settings

from backend.core.errors import Unavailable
from backend.core.ids import uuid7
from backend.realtime import parcels, rooms, wire
from backend.realtime.parcels import Parcel

log = structlog.get_logger(__name__)
JOIN_SECONDS_MAX: Final = 5.0
_PING_SECONDS: Final = 10.0
_RETRY_SECONDS: Final = (0.05, 0.2, 0.5, 1.0, 2.0)
_SUBSCRIBE_AT_ONCE: Final = 500


class Listener(Protocol):
    """Whoever sits in a room. Neither call may block or raise, nor join or leave at once."""

    def hear(self, parcel: Parcel) -> None:
        """Take one parcel."""

    def resync(self) -> None:
        """Parcels may have been missed; read the state again."""


class Room:
    """One room as this process sees it: who listens here. Made by ``Bus.join``."""

    __slots__ = ("channel", "listeners", "name", "ready")

    def __init__(self, name: str, ready: asyncio.Future[None]) -> None:
        self.name = name
        self.channel = rooms.channel(name)
        self.listeners: list[Listener] = []
        self.ready = ready

    def deliver(self, parcel: Parcel, but: Listener | None = None) -> None:
        """Hand a parcel to everybody here, except its sender."""
        for listener in self.listeners:
            if listener is not but:
                listener.hear(parcel)


class Bus:
    """Rooms, their listeners, and the wire. One for each event loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._name = uuid7().hex[-8:].encode()
        self._rooms: dict[bytes, Room] = {}
        self._wire: wire.Wire | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._wire_up = asyncio.Event()

    async def join(self, name: str, listener: Listener) -> Room:
        """Start hearing the room ``name``; returns once Redis has confirmed it.

        :raises Unavailable: Redis cannot be reached.
        """
        room = self._rooms.get(rooms.channel(name))
        if room is None:
            room = Room(name, self._loop.create_future())
            self._rooms[room.channel] = room
            if self._wire is not None:
                self._wire.push_only("SUBSCRIBE", room.channel)
        room.listeners.append(listener)
        self._keep_up()
        try:
            async with asyncio.timeout(JOIN_SECONDS_MAX):
                await asyncio.shield(room.ready)
        except BaseException as error:
            self.leave(room, listener)
            if isinstance(error, TimeoutError):
                raise Unavailable("Live updates are out of reach for a moment.") from error
            raise
        return room

    def leave(self, room: Room, listener: Listener) -> None:
        """Stop hearing a room."""
        if listener in room.listeners:
            room.listeners.remove(listener)
        if not room.listeners and self._rooms.get(room.channel) is room:
            del self._rooms[room.channel]
            if self._wire is not None:
                self._wire.push_only("UNSUBSCRIBE", room.channel)

    def say(self, room: Room, parcel: Parcel, but: Listener | None = None) -> None:
        """Tell everybody in the room: here at once, elsewhere through Redis."""
        room.deliver(parcel, but)
        self.send(room.channel, parcel)

    def send(self, channel: bytes, parcel: Parcel) -> None:
        """Tell the other processes alone. While Redis is away this is lost, as any event may be."""
        if self._wire is not None:
            self._wire.tell(b"PUBLISH", channel, parcel.packed(self._name))

    async def ask(self, *command: wire.Arg) -> Any:
        """One Redis command over the bus's own connection.

        :raises Unavailable: Redis cannot be reached.
        """
        self._keep_up()
        try:
            async with asyncio.timeout(JOIN_SECONDS_MAX):
                await self._wire_up.wait()
                if self._wire is None:
                    raise wire.WireLost("no connection to Redis")
                return await self._wire.ask(*command)
        except (TimeoutError, wire.WireLost) as error:
            raise Unavailable("Live updates are out of reach for a moment.") from error

    def tell(self, *command: wire.Arg) -> None:
        """One Redis command whose answer nobody needs; lost while Redis is away."""
        if self._wire is not None:
            self._wire.tell(*command)

    async def close(self) -> None:
        """Let go of Redis and of every room (the end of a process or of a test)."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        self._rooms.clear()
        _buses.pop(self._loop, None)

    # The life of the wire.
    def _keep_up(self) -> None:
        if self._keeper is None or self._keeper.done():
            self._keeper = self._loop.create_task(self._keep())

    async def _keep(self) -> None:
        tries, been_up = 0, False
        while True:
            try:
                opened = await wire.connect(settings.REDIS_URL, self._pushed)
            except OSError as error:
                log.warning("bus_out_of_reach", error=str(error))
                await asyncio.sleep(_RETRY_SECONDS[min(tries, len(_RETRY_SECONDS) - 1)])
                tries += 1
                continue
            tries = 0
            try:
                await self._serve(opened, again=been_up)
                been_up = True
            finally:
                self._wire = None
                self._wire_up.clear()
                opened.abort()
            log.warning("bus_lost")

    async def _serve(self, opened: wire.Wire, *, again: bool) -> None:
        """Subscribe to everything we hold, then watch the wire until it is lost."""
        known = list(self._rooms.values())
        self._wire = opened
        self._wire_up.set()
        for start in range(0, len(known), _SUBSCRIBE_AT_ONCE):
            batch = known[start : start + _SUBSCRIBE_AT_ONCE]
            opened.push_only("SUBSCRIBE", *[room.channel for room in batch])
        try:
            if again:
                await self._resync(known, opened)
            while not opened.lost.done():
                await asyncio.wait({opened.lost}, timeout=_PING_SECONDS)
                async with asyncio.timeout(JOIN_SECONDS_MAX):
                    await opened.ask("PING")
        except (TimeoutError, wire.WireLost):
            pass  # A wire that does not answer is a lost wire.
        for room in self._rooms.values():
            if room.ready.done():
                room.ready = self._loop.create_future()

    async def _resync(self, known: list[Room], opened: wire.Wire) -> None:
        waiting = [room.ready for room in known if room.listeners]
        if waiting:
            await asyncio.wait(waiting, timeout=JOIN_SECONDS_MAX)
        for listener in {id(one): one for room in known for one in room.listeners}.values():
            listener.resync()

    def _pushed(self, message: list[Any]) -> None:
        kind, channel, body = message
        room = self._rooms.get(channel)
        if room is None:
            return
        if kind == b"message":
            if not body.startswith(self._name):
                room.deliver(parcels.unpack(body))
        elif kind == b"subscribe" and not room.ready.done():
            room.ready.set_result(None)


_buses: WeakKeyDictionary[asyncio.AbstractEventLoop, Bus] = WeakKeyDictionary()


def here() -> Bus:
    """The bus of the running event loop."""
    loop = asyncio.get_running_loop()
    found = _buses.get(loop)
    if found is None:
        found = _buses[loop] = Bus()
    return found
