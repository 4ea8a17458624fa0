"""Where the sockets of live rooms are."""

from __future__ import annotations

from django.urls import path

from live.streams.consumers import StreamSocket

websocket_urlpatterns = [path("ws/v1/streams/<uuid:id>/", StreamSocket.as_asgi())]  # type: ignore[arg-type]  # ASGI
