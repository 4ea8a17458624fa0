"""The order in which a year is written, and the proof that it was written well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction

from admin_portal.seeding import books, people, readings, ways_out
from backend.core.errors import Conflict
from backend.ledger import audit, figures, snapshots

YEAR: Final = timedelta(days=365)
SESSIONS_A_CLIENT: Final = 5
SESSIONS_A_READER: Final = 200


@dataclass(frozen=True, slots=True)
class Seeded:
    """How much is there now, and what the audit found (nothing, or it is not worth having)."""

    movements: int
    sessions: int
    findings: list[audit.Finding]


def seed(*, sessions: int, at: datetime) -> Seeded:
    """Write a year that ends at ``at``: about eleven movements for each of ``sessions``.

    :raises Conflict: somebody is there already.
    """
    scale: dict[str, int | datetime] = {
        "sessions": sessions,
        "clients": max(2, sessions // SESSIONS_A_CLIENT),
        "readers": max(2, sessions // SESSIONS_A_READER),
        "begin": at - YEAR,
        "end": at,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_user")
        if cursor.fetchone()[0]:
            raise Conflict("There are people in this database.")
        cursor.execute("SELECT setseed(0.7)")
        for statement in [
            *people.statements(),
            *readings.statements(),
            *books.statements(),
            *ways_out.statements(),
            people.acts(),
        ]:
            cursor.execute(statement, scale)
        for table in ("session", "person", "stream", "payout", "movement", "run", "case"):
            cursor.execute(f"DROP TABLE seed_{table}")
        cursor.execute("SELECT count(*) FROM ledger_movement")
        movements = int(cursor.fetchone()[0])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    snapshots.take(at=at)
    figures.keep(at=at)  # what the nights of that year would have kept
    return Seeded(movements, sessions, audit.proofs(at))
