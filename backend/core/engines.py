"""Engines by name: ``settings.ENGINES`` maps a port to the dotted path of its adapter."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.utils.module_loading import import_string


@cache
def load(port: str) -> Any:
    """The one instance of the adapter that serves ``port`` in this process.

    :raises KeyError: no adapter is configured for that port.
    """
    return import_string(settings.ENGINES[port])()


@receiver(setting_changed)
def _forget(*, setting: str, **_: Any) -> None:
    if setting == "ENGINES" or setting.startswith("STRIPE_"):
        load.cache_clear()
