"""The socket of a user's own pages: presence, and whatever concerns them."""

from __future__ import annotations

from backend.realtime import events, me, presence, relay, rooms
from backend.realtime.frames import Nothing
from backend.realtime.limits import Limit


class MeSocket(relay.Socket):
    """``/ws/v1/me/``: a snapshot, then the user's events and the readers' statuses."""

    room_kind = "me"

    def room_name(self) -> str:
        return rooms.user(self.user_id)

    def also_hears(self) -> list[str]:
        return [rooms.readers()]

    async def joined(self) -> None:
        await presence.abeat(self.user_id)
        self.send(await self.ask(me.snapshot_of, self.user_id))

    @relay.receives("heartbeat", limit=Limit(10, 10))
    async def beaten(self, said: Nothing) -> None:
        """Here every five seconds; answered with the server's time."""
        self.send(events.Pong(await presence.abeat(self.user_id)))
