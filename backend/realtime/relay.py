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

import time
from collections.abc import Awaitable, Mapping
from typing import Any, ClassVar, Final

import structlog
from django.conf import settings

from backend.core.errors import DomainError
from backend.realtime import closing, events, frames, inbound
from backend.realtime.connections import Message
from backend.realtime.inbound import FrameRefused, Rule, receives
from backend.realtime.limits import Bucket, Limit
from backend.realtime.visitors import Visitor

__all__ = ["Limit", "Message", "Rule", "Socket", "receives"]
log = structlog.get_logger(__name__)
_REFUSED_WEIGHT: Final = 5
"""A refused frame counts as this many: nonsense closes a socket sooner than work does."""


class Socket(Visitor):
    """One open websocket of a user in a room. See the module's guide."""

    rules: ClassVar[Mapping[str, Rule]] = {}

    def __init_subclass__(cls) -> None:
        found = dict(cls.rules)
        for member in vars(cls).values():
            if isinstance(rule := getattr(member, "rule", None), Rule):
                found[rule.kind] = rule
        cls.rules = found

    def __init__(self, scope: Message, receive: Any, send: Any) -> None:
        super().__init__(scope, receive, send)
        self._flow = Bucket(Limit(*settings.SOCKET_FRAMES))
        self._buckets: dict[str, Bucket] = {}
        self._ref: str | None = None

    def refuse(self, code: str, detail: str) -> None:
        """Answer the frame at hand with ``error``. Refusals weigh more than other frames."""
        if self._flow.takes(time.monotonic(), _REFUSED_WEIGHT):
            self.send(events.Error(code, detail, self._ref))
        else:
            self.close(closing.FLOOD)

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
