from __future__ import annotations

from django.apps import AppConfig


class LiveConfig(AppConfig):
    """Readings: paid sessions between a client and a reader."""

    name = "live"
    label = "live"
    verbose_name = "Readings"

    def ready(self) -> None:
        from live import proofs, reactions, rooms  # noqa: F401  (registering is their import's effect)
