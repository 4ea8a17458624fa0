"""Where the sockets of readings and of live rooms are."""

from __future__ import annotations

from django.urls import path

from live.consumers import SessionSocket
from live.streams import routing as streams

websocket_urlpatterns = [
    path("ws/v1/sessions/<uuid:id>/", SessionSocket.as_asgi()),  # type: ignore[arg-type]  # ASGI
    *streams.websocket_urlpatterns,
]
