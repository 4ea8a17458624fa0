from __future__ import annotations

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Every cent, and the only two writers that move one."""

    name = "backend.ledger"
    label = "ledger"
    verbose_name = "Ledger"
