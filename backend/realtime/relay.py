"""The base of every socket: an ASGI websocket application without a thread hop per message.

How to write a socket
=====================

    class MeSocket(relay.Socket):
        room_kind = "me"

        async def joined(self) -> None:                      # the room is joined: snapshot first
            self.send(await self.ask(selectors.snapshot_of, self.user_id))

        @relay.receives("heartbeat", Heartbeat, limit=Limit(4, 10))
        async def beaten(self, said: Heartbeat) -> None:     # ``said`` is checked, typed
            await presence.abeat(self.user_id)
            self.send(events.Pong(clock.now()))

    websocket_urlpatterns = [path("ws/v1/me/", MeSocket.as_asgi())]

What the base has done when ``joined`` is called: the origin is ours, the ticket was taken and is
for this very room, the user is within the limits and not signed out meanwhile, the room is joined
on the bus. ``self.user_id``, ``self.role`` (what the gate said), ``self.path_kwargs`` (from the
URL) and ``self.present`` (roles of the sockets already here, other devices included) are set.

What you can do
    send(event)              to this page
    say(event)               to everybody else in the room, in every process
    close(code)              end the socket (``closing``); returns at once, may be called twice
    await ask(fn, *a, **k)   run a query or a service in a thread with its own connection
    refuse(code, detail)     answer the frame at hand with ``error``

A handler may raise any ``DomainError``: the page gets ``error {code, detail, ref}`` and the
socket stays. Any other exception is logged and answered ``internal``. Frames of one socket are
handled one after the other; handlers of different sockets run side by side.

What you may override
    joined()                 send the snapshot. Also called again when the bus was lost and found.
    left()                   the socket has closed (any reason); ``self.closing`` is the code
    overheard(type, data)    an ``inward`` event of the room (never sent to the page)
    still_allowed()          asked after an outage of the bus; default: the user is in good standing
    room_name()              the bus room (``rooms.…``) that the socket sits in
    also_hears()             names of further rooms whose events reach the page

For the two sides of a reading session use ``pairs.PairSocket``, which adds the relay.

Events published to the room while ``joined`` runs are kept and sent after it, so the snapshot is
first. Events of the room reach the page by themselves; one with ``closes`` ends the socket.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar, Final, ParamSpec, TypeVar
from urllib.parse import parse_qs
from uuid import UUID

import orjson
import structlog
from channels.db import database_sync_to_async
from django.conf import settings

from backend.core.errors import DomainError, Forbidden, InvalidInput, NotFound, Unavailable
from backend.core.ids import uuid7
from backend.realtime import (
    admission,
    bus,
    closing,
    doors,
    events,
    frames,
    inbound,
    parcels,
    standing,
    tickets,
)
from backend.realtime.connections import Connection, Message
from backend.realtime.inbound import FrameRefused, Rule, receives
from backend.realtime.limits import Bucket, Limit
from backend.realtime.parcels import Parcel, Side

__all__ = ["Limit", "Rule", "Socket", "receives"]
log = structlog.get_logger(__name__)
P = ParamSpec("P")
R = TypeVar("R")
_HELD_MAX: Final = 200
_THREADS: Final = ThreadPoolExecutor(max_workers=8, thread_name_prefix="sockets")
_REFUSED_WEIGHT: Final = 5
"""A refused frame counts as this many: nonsense closes a socket sooner than work does."""


class Socket(Connection):
    """One open websocket of a user in a room. See the module's guide."""

    room_kind: ClassVar[str] = ""
    one_per_user: ClassVar[bool] = False
    rules: ClassVar[Mapping[str, Rule]] = {}

    user_id: UUID
    role: str
    room: bus.Room

    def __init_subclass__(cls) -> None:
        found = dict(cls.rules)
        for member in vars(cls).values():
            if isinstance(rule := getattr(member, "rule", None), Rule):
                found[rule.kind] = rule
        cls.rules = found

    def __init__(self, scope: Message, receive: Any, send: Any) -> None:
        super().__init__(scope, receive, send)
        self.path_kwargs: Mapping[str, Any] = scope.get("url_route", {}).get("kwargs", {})
        self.seat: admission.Seat | None = None
        self.present: frozenset[str] = frozenset()
        self.silence_seconds = float(settings.PRESENCE_SECONDS)
        self._flow = Bucket(Limit(*settings.SOCKET_FRAMES))
        self._buckets: dict[str, Bucket] = {}
        self._rooms: list[bus.Room] = []
        self._number = 0
        self._side = ""
        self._ref: str | None = None
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

    def refuse(self, code: str, detail: str) -> None:
        """Answer the frame at hand with ``error``. Refusals weigh more than other frames."""
        if self._flow.takes(time.monotonic(), _REFUSED_WEIGHT):
            self.send(events.Error(code, detail, self._ref))
        else:
            self.close(closing.FLOOD)

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

    # ── What comes from the page ────────────────────────────────────────────────────────────
    def _take(self, said: bytes | str | None) -> Awaitable[None] | None:
        if self.closing:
            return None
        self.heard_at = now = time.monotonic()
        if not self._flow.takes(now):
            self.close(closing.FLOOD)
            return None
        self._ref = None
        try:
            kind, self._ref, content = inbound.opened(said)
            rule = self.rules.get(kind)
            if rule is None:
                raise FrameRefused("unknown_type", "There is no such frame.")
            if rule.limit is not None and not self._within(rule.kind, rule.limit, now):
                raise FrameRefused("too_many", "Too many of these; wait a moment.")
        except FrameRefused as refused:
            self.refuse(refused.code, refused.detail)
            return None
        return self._act(rule, content)

    def _within(self, kind: str, limit: Limit, now: float) -> bool:
        bucket = self._buckets.get(kind)
        if bucket is None:
            bucket = self._buckets[kind] = Bucket(limit)
        return bucket.takes(now)

    def _act(self, rule: Rule, content: Any) -> Awaitable[None] | None:
        return self._hand_over(rule, content) if rule.handler is not None else None

    async def _hand_over(self, rule: Rule, content: Any) -> None:
        try:
            if rule.handler is not None:
                await rule.handler(self, frames.read(rule.shape, content))
        except DomainError as error:
            self.refuse(error.code, error.detail)
        except Exception:
            log.exception("frame_not_taken", kind=self.room_kind, frame=rule.kind)
            self.refuse("internal", "Something went wrong here; nothing was changed.")

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
