"""Where the socket of a user's own pages is."""

from __future__ import annotations

from django.urls import path

from backend.realtime.consumers import MeSocket

websocket_urlpatterns = [path("ws/v1/me/", MeSocket.as_asgi())]  # type: ignore[arg-type]
