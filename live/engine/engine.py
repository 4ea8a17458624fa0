"""The engine of one process: admits publishers and viewers to rooms, and lets them go."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from live.engine import offers
from live.engine.board import Board, Order
from live.engine.config import Config
from live.engine.connections import Connection
from live.engine.errors import Denied, Full, NoSuchResource, WrongGrant
from live.engine.grants import Gate, Grant, Role
from live.engine.keys import EVERYBODY
from live.engine.lag import Lag
from live.engine.rooms import Room
from live.engine.totals import Totals

log = structlog.get_logger(__name__)
ROOM_IDLE_SECONDS_MAX: Final = 600
Opened = tuple[str, str]  # resource, SDP answer


class Engine:
    """Rooms by stream, connections by resource."""

    def __init__(self, config: Config, board: Board) -> None:
        self.config, self.board = config, board
        self.gate, self.lag, self.totals = Gate(config.grant_key), Lag(), Totals()
        self.rooms: dict[str, Room] = {}
        self.feed: Callable[[Room], Awaitable[None]] | None = None
        self._opened: dict[str, tuple[Room, Connection]] = {}
        self._tasks: set[asyncio.Future[None]] = set()

    @property
    def viewers(self) -> int:
        """People who watch in this process."""
        return sum(room.viewers for room in self.rooms.values())

    @property
    def is_full(self) -> bool:
        """Whether this process takes no further viewer."""
        held = sum(room.held for room in self.rooms.values())
        return held >= self.config.process_viewers_max or self._is_late

    async def publish(self, *, stream: str, token: str, sdp: str) -> Opened:
        """Let a host send to ``stream``; whoever sent before is let go.

        :raises EngineError: the grant, the offer or the machine forbids it.
        """
        grant = self._grant(token, stream, ("host",))
        room = await self._room(grant)
        if self._is_late:
            raise Full("The engine is busy.")
        self.gate.use(grant)
        opened = await self._answer(room, grant, sdp)
        await room.set_publisher(self._opened[opened[0]][1])
        return opened

    async def watch(self, *, stream: str, token: str, sdp: str) -> Opened:
        """Let a viewer, or another process' edge, receive ``stream``.

        :raises EngineError: the grant, the offer, a cap or the machine forbids it.
        """
        grant = self._grant(token, stream, ("viewer", "edge"))
        room = await self._room(grant)
        if grant.role == "viewer":
            self._check_caps(room, grant.user)
        self.gate.use(grant)
        room.joining += 1
        try:
            opened = await self._answer(room, grant, sdp)
        finally:
            room.joining -= 1
        await room.add_watcher(self._opened[opened[0]][1])
        if self.feed is not None and room.publisher is None and grant.role == "viewer":
            self.start(self.feed(room))
        return opened

    async def leave(self, resource: str) -> None:
        """End a connection by its address.

        :raises NoSuchResource: nothing is open there.
        """
        found = self._opened.pop(resource, None)
        if found is None:
            raise NoSuchResource("Nothing is open here any more.")
        room, connection = found
        await room.drop(connection)

    async def obey(self, order: Order) -> None:
        """Do what the product ordered; unknown rooms and orders are nothing to us."""
        room = self.rooms.get(order.stream)
        if room is None:
            return
        log.info("engine_order", order=order.order, stream=order.stream)
        if order.order == "open":
            room.denied.clear()
        elif order.order == "end":
            await self.deny(room, {EVERYBODY})
        elif order.order == "kick" and order.user:
            await self.deny(room, room.denied | {order.user})

    async def deny(self, room: Room, users: set[str]) -> None:
        """Make this the room's deny list and let go of whoever is on it."""
        room.denied = users
        if EVERYBODY in users:
            await room.close()
        for user in users:
            for connection in room.of(user):
                await room.drop(connection)
        self._forget_closed()

    def sweep(self) -> None:
        """Measure rooms, and forget what is over."""
        self.gate.forget_expired()
        self._forget_closed()
        for stream, room in list(self.rooms.items()):
            room.measure()
            if room.idle_seconds > ROOM_IDLE_SECONDS_MAX or (
                EVERYBODY in room.denied and not room.watchers and room.publisher is None
            ):
                del self.rooms[stream]

    async def close(self) -> None:
        """Let everybody go."""
        await asyncio.gather(*(room.close() for room in self.rooms.values()))

    def start(self, work: Awaitable[None]) -> None:
        """Run ``work`` beside everything else, and keep it from being collected."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def _is_late(self) -> bool:
        return self.lag.milliseconds > self.config.lag_ms_max

    def _grant(self, token: str, stream: str, roles: tuple[Role, ...]) -> Grant:
        grant = self.gate.read(token)
        if grant.role not in roles or grant.stream != stream:
            raise WrongGrant("This grant is for something else.")
        return grant

    async def _room(self, grant: Grant) -> Room:
        """The room of a grant's stream, made when it is the first one."""
        if grant.stream not in self.rooms:
            denied = await self.board.denied([grant.stream])
            room = Room(grant.stream, bitrate=self.config.bitrate, totals=self.totals)
            room.denied = denied.get(grant.stream, set())
            self.rooms.setdefault(grant.stream, room)
        room = self.rooms[grant.stream]
        _check_welcome(room, grant.user)
        return room

    def _check_caps(self, room: Room, user: str) -> None:
        renewing = user in room.watchers
        if room.held - renewing >= self.config.room_viewers_max:
            raise Full("This room is full.")
        if self.is_full and not renewing:
            raise Full("The engine is full.")

    async def _answer(self, room: Room, grant: Grant, sdp: str) -> Opened:
        """Open a connection for a grant that was checked."""
        is_host = grant.role == "host"
        local = self.config.is_on_loopback
        offer = offers.read(sdp, is_publisher=is_host, private_allowed=local)
        connection = Connection(user=grant.user, role=grant.role, on_change=room.changed)
        answer = await connection.answer(offer, sends=not is_host)
        try:
            _check_welcome(room, grant.user)  # it may have changed meanwhile
        except Denied:
            await connection.close()
            raise
        self._opened[connection.resource] = (room, connection)
        self.totals.joins += 1
        return connection.resource, offers.with_address(answer, self.config.nat_address)

    def _forget_closed(self) -> None:
        for resource, (_, connection) in list(self._opened.items()):
            if connection.is_closed:
                del self._opened[resource]


def _check_welcome(room: Room, user: str) -> None:
    if room.refuses(user):
        raise Denied("You were put out of this room, or the stream is over.")
