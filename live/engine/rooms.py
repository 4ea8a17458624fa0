"""One stream in this process: who publishes, who watches, and the two hubs between them."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from live.engine import internals
from live.engine.connections import Connection
from live.engine.hubs import KINDS, Hub
from live.engine.keys import EVERYBODY
from live.engine.outlets import Outlet
from live.engine.totals import Totals

BITRATE_SECONDS: Final = 0.5


@dataclass(frozen=True)
class RoomState:
    """One room as the product sees it. ``host_gone_since`` is an ISO time, UTC."""

    viewers: int
    edges: int
    is_origin: bool
    host_on_air: bool
    host_gone_since: str | None
    kbps: int
    loss_pct: float


class Room:
    """Holds a stream's connections. Makes none itself."""

    def __init__(self, stream: str, *, bitrate: int, totals: Totals) -> None:
        self.stream = stream
        self.hubs: dict[str, Hub] = {kind: Hub(kind, totals) for kind in KINDS}
        self.publisher: Connection | None = None
        self.watchers: dict[str, Connection] = {}
        self.denied: set[str] = set()
        self.gone_since: datetime | None = datetime.now(UTC)
        self._idle_from = time.monotonic()
        self.joining = 0  # people whose offer is being answered
        self._bitrate, self._totals = bitrate, totals
        self._outlets: dict[str, list[tuple[Hub, Outlet]]] = {}
        self._allowing: asyncio.Task[None] | None = None
        self._measured = (time.monotonic(), 0, 0, 0)
        self.kbps, self.loss_pct = 0, 0.0

    @property
    def viewers(self) -> int:
        """People who watch here now; edges are not people."""
        return sum(c.role == "viewer" and c.is_connected for c in self.watchers.values())

    @property
    def held(self) -> int:
        """Places taken, by those still connecting too."""
        return sum(c.role == "viewer" for c in self.watchers.values()) + self.joining

    @property
    def is_origin(self) -> bool:
        """Whether the host itself publishes here."""
        return self.publisher is not None and self.publisher.role == "host"

    @property
    def idle_seconds(self) -> float:
        """For how long nobody has been here."""
        return time.monotonic() - self._idle_from

    @property
    def silent_seconds(self) -> float:
        """For how long neither sound nor picture has come in."""
        return time.monotonic() - max(hub.last_at for hub in self.hubs.values())

    def refuses(self, user: str) -> bool:
        """Whether this person was put out, or the stream is over."""
        return user in self.denied or EVERYBODY in self.denied

    async def set_publisher(self, connection: Connection) -> None:
        """Take sound and picture from here on; whoever published before is let go."""
        before, self.publisher = self.publisher, connection
        self.gone_since = self.gone_since or datetime.now(UTC)
        for transceiver in connection.transceivers:
            hub = self.hubs[transceiver.kind]
            internals.tap(transceiver, on_packet=hub.push, on_report=hub.take_report)
            hub.request_keyframe = partial(internals.ask_keyframe, transceiver.receiver)
        if before is not None:
            await before.close()
        if self._allowing is not None:
            self._allowing.cancel()
        self._allowing = asyncio.ensure_future(self._allow_bitrate(connection))

    async def add_watcher(self, connection: Connection) -> None:
        """Let one more watch; the same person's older connection is let go."""
        before = self.watchers.get(connection.user)
        self.watchers[connection.user] = connection
        if before is not None:
            self._detach(before)
            await before.close()
        outlets = [
            (self.hubs[t.kind], Outlet(self.hubs[t.kind], t, self._totals))
            for t in connection.transceivers
        ]
        self._outlets[connection.resource] = outlets
        for hub, outlet in outlets:
            hub.outlets.append(outlet)

    async def changed(self, connection: Connection) -> None:
        """A connection came up or went away by itself."""
        if connection.is_connected:
            if connection is self.publisher:
                self.gone_since = None
            self.hubs["video"].ask_keyframe()
            return
        await self.drop(connection)

    async def drop(self, connection: Connection) -> None:
        """Let one connection go, whoever it is."""
        if connection is self.publisher:
            self.publisher = None
            self.gone_since = datetime.now(UTC)
            for hub in self.hubs.values():
                hub.request_keyframe = None
        if self.watchers.get(connection.user) is connection:
            del self.watchers[connection.user]
        self._detach(connection)
        await connection.close()

    def of(self, user: str) -> list[Connection]:
        """Everything that this person has open here."""
        watching = self.watchers.get(user)
        found = [watching] if watching else []
        if self.publisher is not None and self.publisher.user == user:
            found.append(self.publisher)
        return found

    async def close(self) -> None:
        """Let everybody go."""
        everybody = [*self.watchers.values(), *filter(None, [self.publisher])]
        await asyncio.gather(*(self.drop(connection) for connection in everybody))
        if self._allowing is not None:
            self._allowing.cancel()

    def state(self) -> RoomState:
        """The room now."""
        on_air = self.publisher is not None and self.publisher.is_connected
        gone = None if on_air or self.gone_since is None else self.gone_since.isoformat()
        return RoomState(
            viewers=self.viewers,
            edges=sum(c.role == "edge" for c in self.watchers.values()),
            is_origin=self.is_origin,
            host_on_air=on_air,
            host_gone_since=gone,
            kbps=self.kbps,
            loss_pct=self.loss_pct,
        )

    def measure(self) -> None:
        """Take bitrate and loss of what came in since the last call."""
        now = time.monotonic()
        octets = sum(hub.octets for hub in self.hubs.values())
        received = sum(hub.received for hub in self.hubs.values())
        expected = sum(hub.expected for hub in self.hubs.values())
        then, *before = self._measured
        self._measured = (now, octets, received, expected)
        if now > then:
            self.kbps = round((octets - before[0]) * 8 / (now - then) / 1_000)
        due, came = expected - before[2], received - before[1]
        self.loss_pct = round(100 * max(0, due - came) / due, 1) if due else 0.0
        if self.watchers or self.publisher or self.joining:
            self._idle_from = now

    def _detach(self, connection: Connection) -> None:
        for hub, outlet in self._outlets.pop(connection.resource, ()):
            hub.outlets.remove(outlet)

    async def _allow_bitrate(self, connection: Connection) -> None:
        """Tell the publisher how much it may send, again and again."""
        receivers: list[Any] = [t.receiver for t in connection.transceivers if t.kind == "video"]
        while not connection.is_closed:
            await asyncio.sleep(BITRATE_SECONDS)
            source = self.hubs["video"].source
            for receiver in receivers:
                if source is not None and connection.is_connected:
                    await internals.allow_bitrate(receiver, source, self._bitrate)
