"""The socket of a live room: the whole room first, then what happens, and the chat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar
from uuid import UUID

import orjson

from backend.core import clock
from backend.realtime import bus, events, relay, rooms
from backend.realtime.frames import Longest, Said
from backend.realtime.limits import Limit
from backend.realtime.parcels import Parcel
from live.models import STREAM_KEY_CHARS_MAX, STREAM_TEXT_CHARS_MAX
from live.stream_states import StreamRole
from live.streams import snapshots
from live.streams.services import audience, chats


@dataclass(frozen=True)
class Heartbeat(Said):
    """The page is there. A host's page says how well it sends."""

    kbps: float | None = None
    loss_pct: float | None = None
    fps: float | None = None


@dataclass(frozen=True)
class Text(Said):
    """A chat message with the sender's own key."""

    key: Annotated[str, Longest(STREAM_KEY_CHARS_MAX)]
    text: Annotated[str, Longest(STREAM_TEXT_CHARS_MAX)]


class StreamSocket(relay.Socket):
    """``/ws/v1/streams/{id}/``: one page in one live room."""

    room_kind: ClassVar[str] = "streams"

    @property
    def stream_id(self) -> UUID:
        """Which room."""
        found: UUID = self.path_kwargs["id"]
        return found

    def room_name(self) -> str:
        return rooms.stream(self.stream_id)

    def also_hears(self) -> list[str]:
        return [rooms.side(self.room_name(), "host")] if self.role == StreamRole.HOST else []

    async def joined(self) -> None:
        shown = await self.ask(snapshots.room_for, self.user_id, self.stream_id, at=clock.now())
        self.send(shown)

    async def still_allowed(self) -> bool:
        return await self.ask(snapshots.may_stay, self.user_id, self.stream_id, at=clock.now())

    def hear(self, parcel: Parcel) -> None:
        """A host hears of the end twice: their own word of it comes first and is the last."""
        if not self.closing:
            super().hear(parcel)

    @relay.receives("heartbeat", Heartbeat, limit=Limit(10, 10))
    async def beaten(self, said: Heartbeat) -> None:
        """Keep the socket open; a host's beat says that they are on air."""
        if self.role == StreamRole.HOST:
            health = {"kbps": said.kbps, "loss_pct": said.loss_pct, "fps": said.fps}
            await bus.here().ask(
                *("SET", audience.host_key(self.stream_id), orjson.dumps(health)),
                *("EX", audience.HOST_BEAT_SECONDS),
            )
        self.send(events.Pong(clock.now()))

    @relay.receives("stream-chat", Text, limit=Limit(10, 10))
    async def written(self, said: Text) -> None:
        """Kept and told to everybody, unless a rule of the room forbids it."""
        await self.ask(
            chats.send,
            stream_id=self.stream_id,
            sender_id=self.user_id,
            key=said.key,
            text=said.text,
            at=clock.now(),
        )
