from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LiveConfig(AppConfig):
    """Readings: paid sessions between a client and a reader."""

    name = "live"
    label = "live"
    verbose_name = "Readings"

    def ready(self) -> None:
        from live import proofs, reactions, rooms  # noqa: F401  (registering is their import's effect)
        from live.streams import catalogue, gift_proofs  # noqa: F401  (proofs too)

        post_migrate.connect(catalogue.load_after_migrate, sender=self)
