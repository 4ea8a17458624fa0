from __future__ import annotations

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Notices: in the app at once, by e-mail where the person wants it."""

    name = "backend.notifications"
    label = "notifications"
    verbose_name = "Notices"

    def ready(self) -> None:
        from backend.notifications import reactions, snapshot  # noqa: F401
