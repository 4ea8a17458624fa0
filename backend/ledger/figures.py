"""Money by the day: sums that the nights keep, and today's counted as they are asked for.

A day is a UTC day. However many movements there are, a question reads the kept sums and the
movements of the few days since.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, F, Max, Sum

from backend.ledger import snapshots
from backend.ledger.models import UNCOUNTED, AuditRun, DayFigure, Movement, Pot, PotKind

_K = Movement.Kind
GIVEN_BACK: Final = (_K.REFUND, _K.REFUND_BY_PLATFORM, _K.REFUND_BY_READER, _K.PASS_REFUND)
# A movement may be written a little after its moment; these many days are summed again.
COUNTED_AGAIN: Final = timedelta(days=2)
# The first night has everything before it to sum; further back nobody asks by the day.
KEPT_BACK: Final = timedelta(days=400)
WORDS_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class Day:
    """One day. Volume is what clients paid for readings, gifts and doors of live rooms.

    ``take_cents`` is the platform's part, less what of it went back.
    """

    day: date
    readings_cents: int = 0
    gifts_cents: int = 0
    doors_cents: int = 0
    refunds_cents: int = 0
    top_ups_cents: int = 0
    payouts_cents: int = 0
    take_cents: int = 0

    @property
    def volume_cents(self) -> int:
        return self.readings_cents + self.gifts_cents + self.doors_cents


@dataclass(frozen=True, slots=True)
class Proof:
    """The sum of everything in every pot, which is 0 in a sound ledger, and the last audit."""

    sum_cents: int
    last_at: datetime | None
    last_findings: int
    last_words: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return self.sum_cents == 0 and self.last_findings == 0


@dataclass(frozen=True, slots=True)
class Payable:
    """What readers are owed: how many of them at or above a sum, and those readers' money."""

    readers: int
    cents: int


_SUMS: Final = """
WITH meant AS MATERIALIZED (
    SELECT id, kind, gross_cents, (at AT TIME ZONE 'UTC')::date AS day
    FROM ledger_movement WHERE at >= %(since)s AND at < %(until)s AND currency = %(currency)s
), takes AS (
    SELECT m.id, sum(CASE WHEN t.credit_pot_id = ANY(%(pots)s) THEN t.amount_cents ELSE 0 END
        - CASE WHEN t.debit_pot_id = ANY(%(pots)s) THEN t.amount_cents ELSE 0 END) AS cents
    FROM meant m JOIN ledger_transfer t ON t.movement_id = m.id
    WHERE t.credit_pot_id = ANY(%(pots)s) OR t.debit_pot_id = ANY(%(pots)s)
    GROUP BY m.id
)
SELECT day, kind, count(*), sum(gross_cents)::bigint, coalesce(sum(takes.cents), 0)::bigint
FROM meant LEFT JOIN takes ON takes.id = meant.id
GROUP BY day, kind
"""
_TAKE_POTS: Final = (
    PotKind.REVENUE_READING,
    PotKind.REVENUE_GIFT,
    PotKind.REVENUE_PRODUCT,
    PotKind.REFUNDS_CONTRA,
)
_Sum = tuple[date, str, int, int, int]


def by_day(*, days: int, at: datetime) -> list[Day]:
    """The last ``days`` days up to today, oldest first; days without money are there too."""
    today = at.astimezone(UTC).date()
    first = today - timedelta(days=days - 1)
    kept_to = DayFigure.objects.aggregate(last=Max("day"))["last"]
    fresh_from = first if kept_to is None else max(first, kept_to + timedelta(days=1))
    kept = DayFigure.objects.filter(day__gte=first, day__lt=fresh_from)
    sums: list[_Sum] = [
        *kept.values_list("day", "kind", "count", "gross_cents", "take_cents"),
        *_count(fresh_from, today),
    ]
    return _days(sums, [first + timedelta(days=n) for n in range(days)])


@transaction.atomic
def keep(*, at: datetime) -> int:
    """Keep the sums of every whole day up to yesterday; how many rows were written.

    The days kept last are summed again, for movements that were late.
    """
    yesterday = at.astimezone(UTC).date() - timedelta(days=1)
    kept_to = DayFigure.objects.aggregate(last=Max("day"))["last"]
    first = yesterday - KEPT_BACK if kept_to is None else kept_to - COUNTED_AGAIN
    DayFigure.objects.filter(day__gte=first).delete()
    written = 0
    for start in _weeks(first, yesterday):
        end = min(start + timedelta(days=6), yesterday)
        written += len(DayFigure.objects.bulk_create(_rows(_count(start, end))))
    if not DayFigure.objects.filter(day=yesterday).exists():  # so that tomorrow begins there
        nothing = DayFigure(day=yesterday, kind=_K.CAPTURE, count=0, gross_cents=0, take_cents=0)
        nothing.save(force_insert=True)
    return written


def keep_audit(*, at: datetime, findings: Iterable[str]) -> AuditRun:
    """Note how a run of every proof went."""
    said = list(findings)
    return AuditRun.objects.create(at=at, findings=len(said), words=said[:WORDS_MAX])


def proof() -> Proof:
    """Whether the money in all pots sums to nothing now, and what the last audit found."""
    counted = Pot.objects.exclude(kind__in=UNCOUNTED).aggregate(
        cents=Sum(F("credits_cents") - F("debits_cents"))
    )
    total = int(counted["cents"] or 0) + sum(snapshots.balances().values())
    last = AuditRun.objects.order_by("-at").first()
    if last is None:
        return Proof(total, None, 0)
    return Proof(total, last.at, last.findings, tuple(map(str, last.words)))


def payable(*, at_least_cents: int) -> Payable:
    """What readers could be paid now: those who have at least the given sum."""
    owed = Pot.objects.filter(
        kind=PotKind.READER_PAYABLE,
        currency=settings.CURRENCY,
        credits_cents__gte=F("debits_cents") + at_least_cents,
    )
    found = owed.aggregate(n=Count("pk"), cents=Sum(F("credits_cents") - F("debits_cents")))
    return Payable(int(found["n"]), int(found["cents"] or 0))


def _count(first: date, last: date) -> list[_Sum]:
    """Count the movements of some days, both included; nothing for an empty stretch."""
    if first > last:
        return []
    pots = Pot.objects.filter(kind__in=_TAKE_POTS, owner=None, currency=settings.CURRENCY)
    with connection.cursor() as cursor:
        cursor.execute(
            _SUMS,
            {
                "since": datetime.combine(first, time.min, tzinfo=UTC),
                "until": datetime.combine(last, time.min, tzinfo=UTC) + timedelta(days=1),
                "currency": settings.CURRENCY,
                "pots": list(pots.values_list("pk", flat=True)),
            },
        )
        sums: list[_Sum] = cursor.fetchall()
    return sums


def _rows(sums: Iterable[_Sum]) -> list[DayFigure]:
    return [
        DayFigure(day=day, kind=kind, count=count, gross_cents=gross, take_cents=take)
        for day, kind, count, gross, take in sums
    ]


def _weeks(first: date, last: date) -> Iterable[date]:
    """The first day of each stretch of seven, so that no statement holds a year in memory."""
    return (first + timedelta(days=7 * n) for n in range((last - first).days // 7 + 1))


def _days(sums: Iterable[_Sum], wanted: list[date]) -> list[Day]:
    gross: dict[tuple[date, str], int] = {}
    take: dict[date, int] = {}
    for day, kind, _, gross_cents, take_cents in sums:
        gross[day, kind] = gross.get((day, kind), 0) + gross_cents
        take[day] = take.get(day, 0) + take_cents
    return [
        Day(
            day=day,
            readings_cents=gross.get((day, _K.CAPTURE), 0),
            gifts_cents=gross.get((day, _K.GIFT), 0),
            doors_cents=gross.get((day, _K.STREAM_PASS), 0),
            refunds_cents=sum(gross.get((day, kind), 0) for kind in GIVEN_BACK),
            top_ups_cents=gross.get((day, _K.TOP_UP), 0),
            payouts_cents=gross.get((day, _K.PAYOUT_SENT), 0),
            take_cents=take.get(day, 0),
        )
        for day in wanted
    ]
