from __future__ import annotations

from django.apps import AppConfig


class ReadersConfig(AppConfig):
    """Readers: profiles, rates, availability, discovery."""

    name = "readers"

    def ready(self) -> None:
        from readers import reactions  # noqa: F401
