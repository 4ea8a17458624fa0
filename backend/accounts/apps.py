from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People: users, roles, signing in, blocks."""

    name = "backend.accounts"
    label = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        from backend.accounts import authentication, signals  # noqa: F401
