"""Where the sockets of readings are."""

from __future__ import annotations

from django.urls import path

from live.consumers import SessionSocket

websocket_urlpatterns = [path("ws/v1/sessions/<uuid:id>/", SessionSocket.as_asgi())]  # type: ignore[arg-type]  # ASGI
