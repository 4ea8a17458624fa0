from __future__ import annotations

from django.apps import AppConfig


class AdminPortalConfig(AppConfig):
    """Staff doors: they read selectors and call services, and own no rows."""

    name = "admin_portal"
    verbose_name = "Staff"
