"""The socket of one of the two sides of a reading session: the base plus the relay.

    class SessionSocket(pairs.PairSocket):
        room_kind = "sessions"

        def room_name(self) -> str:
            return rooms.session(self.path_kwargs["id"])

        async def joined(self) -> None:
            self.send(events.Joined(role=self.role, peer={…, "present": self.peer_present}, …))

``self.role`` is ``client`` or ``reader``. The types of ``signaling.RELAYED`` go to the other side
by themselves: to its socket in this process without Redis, else through the bus. ``user-joined``
follows the snapshot, ``user-left`` follows the close, unless a newer device has taken over:
then the page of the older closes with 4409 and the other side hears ``user-joined`` again.
``snapshot.of(session_id)`` is kept up to date by the room's ``MeterMoved`` events.
"""

from __future__ import annotations

from collections.abc import Awaitable
from functools import cached_property
from typing import Any, ClassVar, Final

from backend.core.errors import InvalidInput
from backend.realtime import bus, closing, events, parcels, relay, rooms, signaling, snapshot
from backend.realtime.parcels import Side

_OTHER: Final[dict[str, Side]] = {"client": "reader", "reader": "client"}


class PairSocket(relay.Socket):
    """One side of a session."""

    one_per_user: ClassVar[bool] = True
    rules = {
        kind: relay.Rule(kind, shape, limit) for kind, (shape, limit) in signaling.RELAYED.items()
    }

    @cached_property
    def peer_side(self) -> Side:
        """The side that this socket talks to."""
        return _OTHER[self.role]

    @property
    def peer_present(self) -> bool:
        """Whether the other side had its socket open when this one joined (or resynced)."""
        return self.peer_side in self.present

    def tell_peer(self, event: events.Event) -> None:
        """Tell the other side alone, in whichever process it is."""
        self._pass_on(parcels.of(event, self.peer_side))

    def also_hears(self) -> list[str]:
        return [rooms.side(self.room_name(), self.role)]

    async def _show_snapshot(self) -> None:
        await super()._show_snapshot()
        self.tell_peer(events.UserJoined(self.role))

    def overheard(self, kind: str, content: dict[str, Any]) -> None:
        if kind == events.MeterMoved.type:
            snapshot.keep(snapshot.read(content))

    async def left(self) -> None:
        if self.closing != closing.REPLACED:
            self.tell_peer(events.UserLeft(self.role))

    def _act(self, rule: relay.Rule, content: Any) -> Awaitable[None] | None:
        if rule.handler is not None:
            return self._hand_over(rule, content)
        try:
            rule.check(content)
            parcel = parcels.relayed(rule.wire_name, content, self.peer_side)
        except InvalidInput as error:
            self.refuse(error.code, error.detail)
        else:
            self._pass_on(parcel)
        return None

    def _pass_on(self, parcel: parcels.Parcel) -> None:
        """To the peer's socket here if there is one, else to the other processes."""
        here = False
        for listener in self.room.listeners:
            if isinstance(listener, PairSocket) and listener.role != self.role:
                if listener.closing:
                    continue
                listener.hear(parcel)
                here = True
        if not here:
            bus.here().send(self._peer_channel, parcel)

    @cached_property
    def _peer_channel(self) -> bytes:
        return rooms.channel(rooms.side(self.room.name, self.peer_side))
