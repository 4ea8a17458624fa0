"""The socket of a reading's room: relay, heartbeats, chat, the end.

Signaling is relayed by the base without being looked at. A heartbeat is one script in Redis and
an answer from the kept snapshot; only when the state needs it does a thread open a transaction.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar, Final
from uuid import UUID

from backend.core import clock, redis
from backend.core.errors import InvalidInput
from backend.realtime import beats, bus, closing, events, pairs, relay, rooms, snapshot
from backend.realtime.connections import Message
from backend.realtime.frames import Longest, Nothing, Said
from backend.realtime.limits import Limit
from live import joining, meter, quality
from live.models import KEY_CHARS_MAX, TEXT_CHARS_MAX
from live.services import billing, chats, connections, endings
from live.states import Peer, State
from live.witnesses import Witness

_TYPED_SECONDS: Final = 15
_RETRY_SECONDS: Final = 10
_LEVELS_KEPT_SECONDS: Final = 3600
_WHYS: Final = ("pagehide", "hidden", "media")


@dataclass(frozen=True)
class Heartbeat(Said):
    """``up``: media is connected and flowing (chat: the page is there)."""

    up: bool
    stats: dict[str, Any] | None = None


@dataclass(frozen=True)
class PeerDown(Said):
    """The page says that it leaves, was hidden for long, or lost its media."""

    why: str


@dataclass(frozen=True)
class Text(Said):
    """A chat message with the sender's own key."""

    key: Annotated[str, Longest(KEY_CHARS_MAX)]
    text: Annotated[str, Longest(TEXT_CHARS_MAX)]


@dataclass(frozen=True)
class Seen(Said):
    """Everything up to this message was seen."""

    message_id: UUID


class SessionSocket(pairs.PairSocket):
    """``/ws/v1/sessions/{id}/``: one side of one reading."""

    room_kind: ClassVar[str] = "sessions"

    def __init__(self, scope: Message, receive: Any, send: Any) -> None:
        super().__init__(scope, receive, send)
        self._seen = beats.Beats()
        self._typed_at = self._tried_at = 0.0
        self._tried_version = 0
        self._witness: Witness | None = None
        self._level = -1
        self._peer_name = ""

    @property
    def session_id(self) -> UUID:
        """Which reading."""
        found: UUID = self.path_kwargs["id"]
        return found

    @property
    def peer(self) -> Peer:
        """Which of the two sits here; the gate said so."""
        return Peer(self.role)

    def room_name(self) -> str:
        return rooms.session(self.session_id)

    async def joined(self) -> None:
        shown = await self.ask(
            joining.room_for,
            self.user_id,
            self.session_id,
            peer_present=self.peer_present,
            at=clock.now(),
            entering=self._witness is None,
        )
        if isinstance(shown, events.Joined):
            self._witness = self._witness or Witness(self.session_id, self.peer, self.ask)
            self._peer_name = str(shown.peer["name"])
        self.send(shown)

    @relay.receives("join-reading", limit=Limit(5, 10))
    async def asked_to_join(self, said: Nothing) -> None:
        """The whole room again."""
        await self.joined()

    @relay.receives("heartbeat", Heartbeat, limit=Limit(30, 10))
    async def beaten(self, said: Heartbeat) -> None:
        """Stamp it, answer with the meter, and act when the state needs it."""
        if said.up:
            beat = await beats.abeat(self.session_id, self.peer.value)
            self._seen, now = beat.beats(), beat.at
        else:
            now = clock.now()
        known = await self._meter()
        self.send(meter.figures(known, self._seen, role=self.role, now=now))
        stats = quality.read(said.stats or {})
        await self._rate(quality.level_of(stats, up=said.up))
        if said.up:
            await self._act_on(known, now)
        if self._witness is not None:
            await self._witness.beat(up=said.up, stats=stats if said.stats else None)

    @relay.receives("peer-down", PeerDown, limit=Limit(10, 10))
    async def left_the_room(self, said: PeerDown) -> None:
        """The meter pauses at once; a hidden tab matters in a chat only (R16)."""
        if said.why not in _WHYS:
            raise InvalidInput("why is pagehide, hidden or media.")
        known = await self._meter()
        if said.why != "hidden" or known.kind == "chat":
            await self.ask(
                connections.peer_down,
                session_id=self.session_id,
                peer=self.peer,
                at=clock.now(),
                why=said.why,
            )

    @relay.receives("chat-message", Text, limit=Limit(10, 10))
    async def written(self, said: Text) -> None:
        """Kept and told to both."""
        there = self.peer_side in await self._present()
        await self.ask(
            chats.send,
            session_id=self.session_id,
            sender=self.peer,
            key=said.key,
            text=said.text,
            at=clock.now(),
            delivered=there,
        )

    @relay.receives("chat-read", Seen, limit=Limit(30, 10))
    async def seen(self, said: Seen) -> None:
        """The sender's page marks it."""
        await self.ask(
            chats.mark_read,
            session_id=self.session_id,
            by=self.peer,
            up_to=said.message_id,
            at=clock.now(),
        )

    @relay.receives("end-session", limit=Limit(5, 10))
    async def hung_up(self, said: Nothing) -> None:
        """Settle and end; ``session-ended`` answers."""
        await self.ask(endings.hangup, session_id=self.session_id, peer=self.peer, at=clock.now())

    def _act(self, rule: relay.Rule, content: Any) -> Awaitable[None] | None:
        work = super()._act(rule, content)
        if rule.kind == "media-state" and isinstance(content, dict):
            self._switched(content)
        if rule.kind == "chat-typing" and self.peer is Peer.READER:
            return self._typed()
        return work

    def _switched(self, content: dict[str, Any]) -> None:
        if self._witness is not None:
            on = {name: content.get(name) is True for name in ("microphone", "camera")}
            self._witness.devices_are(**on)

    async def _typed(self) -> None:
        """A chat reader who types is not silent; noted now and then, or when it ends a pause."""
        known, now = await self._meter(), time.monotonic()
        rest = _TYPED_SECONDS if known.state == State.ACTIVE else 1
        if known.kind == "chat" and now - self._typed_at >= rest:
            self._typed_at = now
            await self.ask(connections.reader_spoke, session_id=self.session_id, at=clock.now())

    async def _meter(self) -> events.MeterMoved:
        known = snapshot.of(self.session_id)
        if known is None:
            known = await self.ask(joining.read_meter, self.session_id)
            snapshot.keep(known)
        return known

    async def _act_on(self, known: events.MeterMoved, now: datetime) -> None:
        """Open or settle in a thread; what changed no version is not tried again at once."""
        need = meter.need(known, self._seen, now)
        fresh = time.monotonic() - self._tried_at < _RETRY_SECONDS
        if need is meter.Need.NOTHING or (fresh and self._tried_version == known.version):
            return
        self._tried_version, self._tried_at = known.version, time.monotonic()
        if need is meter.Need.SETTLE:
            await self.ask(billing.settle, session_id=self.session_id, at=clock.now())
        else:
            await self.ask(
                connections.peer_up, session_id=self.session_id, peer=self.peer, at=clock.now()
            )

    async def _present(self) -> frozenset[str]:
        if self.seat is None:
            return frozenset()
        members = await bus.here().ask("ZRANGE", self.seat.keys[1], 0, 99)
        return frozenset(member.decode().partition(":")[0] for member in members)

    async def _rate(self, level: int) -> None:
        """Tell both how good the lines are when it changed."""
        if level != self._level:
            self._level = level
            await self._tell_levels(level)

    async def _tell_levels(self, level: int) -> None:
        key = redis.key("levels", self.session_id.hex)
        await bus.here().ask("HSET", key, self.role, level)
        await bus.here().ask("EXPIRE", key, _LEVELS_KEPT_SECONDS)
        other = int(await bus.here().ask("HGET", key, self.peer_side) or 0)
        words = quality.in_words(level, other, self._peer_name)
        self.send(events.Quality(self=level, peer=other, words=words))
        theirs = quality.in_words(other, level, "The other side")
        self.tell_peer(events.Quality(self=other, peer=level, words=theirs))

    async def left(self) -> None:
        await super().left()
        if self._witness is not None:
            await self._witness.gone(self.closing)
        if self.closing in (closing.ENDED, closing.NOT_THERE):
            snapshot.forget(self.session_id)
