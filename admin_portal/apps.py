from __future__ import annotations

from django.apps import AppConfig


class AdminPortalConfig(AppConfig):
    """Staff doors: they read selectors, call services, and own what they seal of it."""

    name = "admin_portal"
    verbose_name = "Staff"

    def ready(self) -> None:
        from admin_portal import reactions  # noqa: F401  (registering is its import's effect)
