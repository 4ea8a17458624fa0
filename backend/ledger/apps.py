from __future__ import annotations

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Every cent, and the only two writers that move one."""

    name = "backend.ledger"
    label = "ledger"
    verbose_name = "Ledger"

    def ready(self) -> None:
        """Let every audit know the proofs of the money that goes out."""
        from backend.ledger import proofs_of_payouts  # noqa: F401
