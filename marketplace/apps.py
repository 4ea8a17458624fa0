"""The marketplace: how clients find readers, keep them, and say how it was."""

from __future__ import annotations

from django.apps import AppConfig


class MarketplaceConfig(AppConfig):
    """Home, the reader list, profile pages, favourites and reviews."""

    name = "marketplace"

    def ready(self) -> None:
        from marketplace import reactions  # noqa: F401  (registers itself)
