"""``manage.py live_engine``: one process of the embedded stream engine."""

from __future__ import annotations

import socket
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from live.engine import server
from live.engine.config import Config


class Command(BaseCommand):
    """Runs in the foreground until a signal. Needs Redis for counts and orders, no database."""

    help = "Run one process of the embedded live-stream engine (WHIP and WHEP)."
    requires_system_checks: list[str] = []  # type: ignore[assignment]

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to listen, and under which name."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=settings.ENGINE_PORT)
        parser.add_argument("--public-url", default=settings.ENGINE_PUBLIC_URL)

    def handle(self, *_: Any, host: str, port: int, public_url: str, **__: Any) -> None:
        """Serve."""
        try:
            config = Config(
                process_id=f"{socket.gethostname()}-{port}",
                grant_key=settings.ENGINE_GRANT_KEY,
                public_url=public_url.rstrip("/"),
                redis_url=settings.REDIS_URL,
                redis_prefix=settings.REDIS_PREFIX,
                host=host,
                port=port,
                origins=tuple(settings.ENGINE_ORIGINS),
                room_viewers_max=settings.ENGINE_ROOM_VIEWERS_MAX,
                process_viewers_max=settings.ENGINE_PROCESS_VIEWERS_MAX,
                bind_addresses=tuple(settings.ENGINE_BIND_ADDRESSES),
                nat_address=settings.ENGINE_NAT_ADDRESS,
                bitrate=settings.ENGINE_BITRATE,
                lag_ms_max=settings.ENGINE_LAG_MS_MAX,
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
        server.run(config)
