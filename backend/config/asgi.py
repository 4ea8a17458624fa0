"""The ASGI entry: pages and API by Django, sockets by Channels' router."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")

from django.core.asgi import get_asgi_application

_http = get_asgi_application()

from channels.routing import ProtocolTypeRouter  # noqa: E402

from backend.realtime import routing as realtime  # noqa: E402
from live import routing as live  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": _http,
        "websocket": realtime.SocketRouter(
            [*realtime.websocket_urlpatterns, *live.websocket_urlpatterns]
        ),
    }
)
