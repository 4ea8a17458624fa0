"""A user's connection in a room: let in by a ticket, seated, shown what is true, told the rest.

The part of ``relay.Socket`` that needs no frame from the page; its guide is there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar, Final, ParamSpec, TypeVar
from urllib.parse import parse_qs
from uuid import UUID

import orjson
import structlog
from channels.db import database_sync_to_async
from django.conf import settings

from backend.core.errors import Forbidden, InvalidInput, NotFound, Unavailable
from backend.core.ids import uuid7
from backend.realtime import admission, bus, closing, doors, events, parcels, standing, tickets
from backend.realtime.connections import Connection, Message
from backend.realtime.parcels import Parcel, Side

log = structlog.get_logger(__name__)
P = ParamSpec("P")
R = TypeVar("R")
_HELD_MAX: Final = 200
_THREADS: Final = ThreadPoolExecutor(max_workers=8, thread_name_prefix="sockets")


class Visitor(Connection):
    """One connection of a user in a room."""

    room_kind: ClassVar[str] = ""
    one_per_user: ClassVar[bool] = False

    user_id: UUID
    role: str
    room: bus.Room

    def __init__(self, scope: Message, receive: Any, send: Any) -> None:
        super().__init__(scope, receive, send)
        self.path_kwargs: Mapping[str, Any] = scope.get("url_route", {}).get("kwargs", {})
        self.seat: admission.Seat | None = None
        self.present: frozenset[str] = frozenset()
        self.silence_seconds = float(settings.PRESENCE_SECONDS)
        self._rooms: list[bus.Room] = []
        self._number = 0
        self._side = ""
        self._held: list[Parcel] | None = []

    # ── What a subclass overrides ───────────────────────────────────────────────────────────
    def room_name(self) -> str:
        """The bus room of this socket."""
        raise NotImplementedError

    def also_hears(self) -> list[str]:
        """Further rooms whose events reach the page."""
        return []

    async def joined(self) -> None:
        """Send the snapshot."""

    async def left(self) -> None:
        """The socket has closed."""

    def overheard(self, kind: str, content: Message) -> None:
        """Take note of an inward event of the room. May not block."""

    async def still_allowed(self) -> bool:
        """Whether the user may stay, asked after an outage of the bus."""
        return await self.ask(standing.is_good, self.user_id)

    # ── What a subclass uses ────────────────────────────────────────────────────────────────
    def send(self, event: events.Event) -> None:
        """Tell this page."""
        self._write(parcels.of(event))

    def say(self, event: events.Event, only: Side | None = None) -> None:
        """Tell everybody else in the room, in every process."""
        bus.here().say(self.room, parcels.of(event, only), but=self)

    async def ask(self, fn: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a query or a service in a thread that has a database connection."""
        call = database_sync_to_async(fn, thread_sensitive=False, executor=_THREADS)
        return await call(*args, **kwargs)

    # ── Coming in and going ─────────────────────────────────────────────────────────────────
    async def _enter(self) -> None:
        try:
            refused = await self._be_admitted()
            if not refused:
                await self._show_snapshot()
        except Unavailable:
            refused = closing.TRY_AGAIN
        except NotFound:
            refused = closing.NOT_THERE
        except (Forbidden, InvalidInput):
            refused = closing.NOT_YOURS
        except Exception:
            log.exception("socket_not_opened", kind=self.room_kind)
            refused = closing.TRY_AGAIN
        if refused:
            self.close(refused)

    async def _be_admitted(self) -> int:
        """Take the ticket and the seat; the close code when that is refused.

        The socket is in its room before its seat is in the roster: of two sides that come at
        the same time, at least one sees the other.
        """
        query = parse_qs(self.scope.get("query_string", b"").decode("latin-1"))
        ticket = await tickets.take(query.get("ticket", [""])[0])
        if ticket is None:
            return closing.SIGNED_OUT
        if ticket.room != "/".join([self.room_kind, *map(str, self.path_kwargs.values())]):
            return closing.NOT_YOURS
        self.user_id, self.role, self._side = ticket.user_id, ticket.role, ticket.role[0]
        self.seat = admission.Seat(ticket.user_id, ticket.room, ticket.role, uuid7().hex)
        await doors.here().opened(self)
        for name in (self.room_name(), *self.also_hears()):
            self._rooms.append(await bus.here().join(name, self))
        self.room = self._rooms[0]
        admitted = await admission.admit(self.seat, ticket)
        self._number, self.present = admitted.number, admitted.present
        if self.one_per_user and not admitted.refused:
            self.say(self._takeover())
        return admitted.refused

    def _takeover(self) -> events.SocketsClosed:
        return events.SocketsClosed(
            self.user_id, closing.REPLACED, self.room.name, newest=self._number
        )

    async def _show_snapshot(self) -> None:
        """Send the snapshot, then the events that came meanwhile."""
        if self._held is None:
            self._held = []
        try:
            await self.joined()
        finally:
            held, self._held = self._held, None
        for parcel in held:
            self._write(parcel)

    async def _leave(self) -> None:
        if self.seat is None:
            return
        doors.here().closed(self)
        for room in self._rooms:
            bus.here().leave(room, self)
        admission.leave(self.seat)
        if self._number:
            try:
                await self.left()
            except Exception:
                log.exception("socket_left_badly", kind=self.room_kind)

    # ── What comes from the room ────────────────────────────────────────────────────────────
    def hear(self, parcel: Parcel) -> None:
        """Take one parcel of the room (called by the bus)."""
        if parcel.audience not in ("*", self._side):
            if parcel.audience == "!":
                self._hear_inward(orjson.loads(parcel.body))
        elif self._held is None:
            self._write(parcel)
        elif len(self._held) < _HELD_MAX:
            self._held.append(parcel)

    def _hear_inward(self, said: Message) -> None:
        kind, content = said["type"], said["data"]
        if kind != events.SocketsClosed.type:
            self.overheard(kind, content)
        elif content["user_id"] == str(self.user_id) and content["newest"] > self._number > 0:
            self.close(content["code"])

    def resync(self) -> None:
        """The bus was lost and found: check the user, then send the snapshot again."""
        if not self.closing and self._held is None:
            self._begin(self._resync())

    async def _resync(self) -> None:
        try:
            async with doors.here().resyncing:
                if not await self.still_allowed():
                    self.close(closing.SIGNED_OUT)
                elif self.seat is not None:
                    admission.refresh(self.seat)
                    self.present = await admission.present_with(self.seat)
                    await self._show_snapshot()
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("socket_not_resynced", kind=self.room_kind)
            self.close(closing.TRY_AGAIN)
