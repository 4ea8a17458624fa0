from __future__ import annotations

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """What every app stands on: ids, errors, clock, idempotency, jobs, announcements."""

    name = "backend.core"
    label = "core"
    verbose_name = "Ground"

    def ready(self) -> None:
        from backend.core import checks  # noqa: F401
