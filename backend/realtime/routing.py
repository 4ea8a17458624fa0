"""Where the socket of a user's own pages is, and what answers at no socket's address."""

from __future__ import annotations

from typing import Any

from channels.routing import URLRouter
from django.urls import path

from backend.realtime import closing
from backend.realtime.consumers import MeSocket

websocket_urlpatterns = [path("ws/v1/me/", MeSocket.as_asgi())]  # type: ignore[arg-type]


class SocketRouter(URLRouter):  # type: ignore[misc]
    """Channels' router, except that an unknown address is closed with 4404: for Channels it is
    an error of the server, with a stack in the log for every stranger who tries one."""

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        asked = scope["path"].removeprefix(scope.get("root_path", "")).lstrip("/")
        if any(route.pattern.match(asked) for route in self.routes):
            await super().__call__(scope, receive, send)
            return
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.close", "code": closing.NOT_THERE})
