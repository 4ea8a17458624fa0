from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LiveConfig(AppConfig):
    """Readings: paid sessions between a client and a reader."""

    name = "live"
    label = "live"
    verbose_name = "Readings"

    def ready(self) -> None:
        # Registering is their import's effect.
        from live import checks, proofs, reactions, rooms  # noqa: F401
        from live.streams import catalogue, gift_proofs  # noqa: F401  (proofs too)
        from live.streams import reactions as stream_reactions  # noqa: F401
        from live.streams import rooms as stream_rooms  # noqa: F401
        from live.streams import tasks as stream_tasks  # noqa: F401

        post_migrate.connect(catalogue.load_after_migrate, sender=self)
