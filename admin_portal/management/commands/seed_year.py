"""``manage.py seed_year``: a year of business, to look at pages and to measure them at size."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from admin_portal import seeding
from backend.core import clock
from backend.core.errors import Conflict


class Command(BaseCommand):
    """Refuses to run unless DEBUG is on and nobody is in the database."""

    help = "Seed a year of business into an empty database: 100,000 readings, 1 M movements."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--sessions", type=int, default=100_000)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("This is for development: set DEBUG=1, on a database of its own.")
        if not 2 <= options["sessions"] <= 1_000_000:
            raise CommandError("Between 2 and 1,000,000 sessions.")
        try:
            seeded = seeding.seed(sessions=options["sessions"], at=clock.now())
        except Conflict as refused:
            raise CommandError(f"{refused.detail} Seed an empty one.") from refused
        if seeded.findings:
            raise CommandError(f"The ledger is not sound: {seeded.findings[0]}")
        self.stdout.write(
            f"{seeded.sessions:,} readings, {seeded.movements:,} movements; the ledger is sound."
        )
