"""The sockets that the tests open: our own routing, and a session room with no session behind."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Annotated

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")

import django

django.setup()

from channels.routing import ProtocolTypeRouter  # noqa: E402
from django.urls import path  # noqa: E402

from backend.core.errors import NotFound, Refused  # noqa: E402
from backend.realtime import events, pairs, relay, rooms, routing, snapshot  # noqa: E402
from backend.realtime.frames import Longest, Said  # noqa: E402


@dataclass(frozen=True)
class Chat(Said):
    """What a side writes."""

    text: Annotated[str, Longest(40)]


class RoomSocket(pairs.PairSocket):
    """A session room that knows nothing but who is in it."""

    room_kind = "sessions"

    def room_name(self) -> str:
        return rooms.session(self.path_kwargs["id"])

    async def still_allowed(self) -> bool:
        return True

    async def joined(self) -> None:
        known = snapshot.of(self.path_kwargs["id"])
        self.send(
            events.Joined(
                role=self.role,
                polite=self.role == "reader",
                ice_policy="all",
                peer={"present": self.peer_present},
                session={"version": known.version if known else None},
                meter={},
                messages=[],
            )
        )

    @relay.receives("chat-message", Chat, limit=relay.Limit(3, 60))
    async def written(self, said: Chat) -> None:
        if said.text == "refuse":
            raise Refused("A rule forbids this text.")
        if said.text == "missing":
            raise NotFound
        if said.text == "break":
            raise RuntimeError("a bug")
        self.say(events.Notification(self.user_id, "chat", "", said.text, ""))


application = ProtocolTypeRouter(
    {
        "websocket": routing.SocketRouter(
            [
                *routing.websocket_urlpatterns,
                path("ws/v1/sessions/<uuid:id>/", RoomSocket.as_asgi()),
            ]
        )
    }
)
