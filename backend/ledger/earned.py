"""What a reader earned, summed by day and by month: for charts, statements and taxes.

The same lines as ``payables.statement``, so that every sum agrees with the lines beneath it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import connection

from backend.ledger.models import Lot
from backend.ledger.payables import LINES, asked

READINGS, GIFTS, DOORS, OTHER = "readings", "gifts", "doors", "other"
RELEASES_MAX: Final = 50


@dataclass(frozen=True, slots=True)
class DaySum:
    """What one kind of work brought on one day (UTC). ``net_cents`` is signed."""

    day: date
    source: str
    gross_cents: int
    net_cents: int


@dataclass(frozen=True, slots=True)
class MonthSum:
    """One month (its first day): what clients paid, the reader's part of it, what was corrected.

    ``corrected_cents`` is signed: money given back to clients, and adjustments. ``paid_cents``:
    sent, less what was taken back.
    """

    month: date
    gross_cents: int
    earned_cents: int
    corrected_cents: int
    paid_cents: int

    @property
    def fee_cents(self) -> int:
        """The platform's part; never below zero, for free seconds are its own gift."""
        return max(0, self.gross_cents - self.earned_cents)

    @property
    def net_cents(self) -> int:
        return self.earned_cents + self.corrected_cents


@dataclass(frozen=True, slots=True)
class Release:
    """Pending earnings that become payable at ``at``; None: a person looks at them first."""

    at: datetime | None
    cents: int
    things: int


_BY_DAY: Final = f"""
SELECT (at AT TIME ZONE 'UTC')::date AS day,
    CASE split_part(about, ':', 1) WHEN 'session' THEN '{READINGS}' WHEN 'gift' THEN '{GIFTS}'
        WHEN 'pass' THEN '{DOORS}' ELSE '{OTHER}' END AS source,
    sum(gross)::bigint, sum(cents)::bigint
FROM ({LINES}) AS lines WHERE kind <> ALL(%(paying)s)
GROUP BY 1, 2 ORDER BY 1, 2
"""  # noqa: S608  (constants of ours)
_BY_MONTH: Final = f"""
SELECT date_trunc('month', at AT TIME ZONE 'UTC')::date AS month, sum(gross)::bigint,
    coalesce(sum(cents) FILTER (WHERE kind = ANY(%(own)s)), 0)::bigint,
    coalesce(sum(cents) FILTER (WHERE kind <> ALL(%(own)s) AND kind <> ALL(%(paying)s)), 0)::bigint,
    coalesce(-sum(cents) FILTER (WHERE kind = ANY(%(paying)s)), 0)::bigint
FROM ({LINES}) AS lines GROUP BY 1 ORDER BY 1
"""  # noqa: S608  (constants of ours)
_OWN: Final = ["capture", "free_seconds", "gift", "stream_pass"]


def by_day(reader_id: UUID, *, since: datetime, until: datetime) -> list[DaySum]:
    """Sums of each day and kind of work from ``since`` to before ``until``, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_DAY, asked(reader_id, since, until))
        return [DaySum(*row) for row in cursor.fetchall()]


def by_month(reader_id: UUID, *, since: datetime, until: datetime) -> list[MonthSum]:
    """Sums of each month in which anything moved, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_MONTH, {**asked(reader_id, since, until), "own": _OWN})
        return [MonthSum(*row) for row in cursor.fetchall()]


def releases(reader_id: UUID) -> list[Release]:
    """When pending earnings become payable, the next first; what a person looks at comes last."""
    lots = Lot.objects.filter(reader=reader_id, state=Lot.State.PENDING).order_by("matures_at")
    sums: dict[datetime | None, list[int]] = {}
    for lot in lots[:RELEASES_MAX]:
        minute = lot.matures_at and lot.matures_at.replace(second=0, microsecond=0)
        cents, things = sums.setdefault(minute, [0, 0])
        sums[minute] = [cents + lot.left_cents, things + 1]
    return [Release(at, cents, things) for at, (cents, things) in sums.items() if cents]
