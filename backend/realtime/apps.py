from __future__ import annotations

from django.apps import AppConfig


class RealtimeConfig(AppConfig):
    """Sockets, the one bus, tickets, beats and presence."""

    name = "backend.realtime"
    label = "realtime"
    verbose_name = "Real time"

    def ready(self) -> None:
        from backend.realtime import access_log, gates, reactions  # noqa: F401

        access_log.drop_queries()
