from __future__ import annotations

from django.apps import AppConfig


class InboxConfig(AppConfig):
    """What others tell us, stored once and worked through in its own time."""

    name = "backend.inbox"
    label = "inbox"
    verbose_name = "Inbox"
