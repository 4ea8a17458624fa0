from __future__ import annotations

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """What every app stands on: ids, errors, clock, idempotency, jobs, announcements."""

    name = "backend.core"
    label = "core"
    verbose_name = "Ground"

    def ready(self) -> None:
        from django.utils.module_loading import autodiscover_modules

        from backend.core import checks  # noqa: F401

        autodiscover_modules("privacy")  # what each app keeps of a person
