"""``manage.py ledger_audit``: prove the ledger; exit 1 when something does not hold."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.core import clock
from backend.ledger import audit


class Command(BaseCommand):
    help = "Prove that the ledger is sound: counters, overdrafts, debts, settlements, guards."

    def handle(self, *args: Any, **options: Any) -> None:
        at = clock.now()
        for alert in audit.alerts(at):
            self.stdout.write(self.style.WARNING(f"alert  {alert}"))
        findings = audit.proofs(at)
        for finding in findings:
            self.stdout.write(self.style.ERROR(f"found  {finding}"))
        if findings:
            raise CommandError(f"{len(findings)} findings: the ledger is not sound.")
        self.stdout.write(self.style.SUCCESS("The ledger is sound."))
