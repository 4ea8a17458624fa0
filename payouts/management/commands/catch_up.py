"""``manage.py catch_up``: hear all that Stripe knows and this database may have forgotten."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.core import clock
from payouts.models import ReconIssue
from payouts.services import reconciliation


class Command(BaseCommand):
    help = "After a restore: hear Stripe, compare balances, and say what people have to look at."

    def handle(self, *args: Any, **options: Any) -> None:
        at = clock.now()
        if not reconciliation.catch_up(at=at):
            raise CommandError("Not caught up yet: see the log, and try again.")
        reconciliation.agree(at=at)
        issues = ReconIssue.objects.filter(resolved_at=None).order_by("found_at")
        for issue in issues:
            self.stdout.write(self.style.WARNING(f"issue  {issue.kind}: {issue.text}"))
        self.stdout.write(self.style.SUCCESS(f"Caught up with Stripe. Open issues: {len(issues)}."))
