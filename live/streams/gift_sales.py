"""What gifts sell, for staff: each kind by day, and the latest that were sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from live.models import Gift, GiftKind, StreamReport

DAYS: Final = 30
LATEST: Final = 50


@dataclass(frozen=True, slots=True)
class Sold:
    """One kind of the catalogue, and what it sold in the last thirty days."""

    kind: GiftKind
    count: int
    cents: int


@dataclass(frozen=True, slots=True)
class Day:
    """What was sold on one UTC day. ``share`` is its part of the best day, in per cent."""

    day: date
    count: int
    cents: int
    share: int

    @property
    def room(self) -> int:
        """What is left above its bar, in per cent."""
        return 100 - self.share


def sold(*, at: datetime) -> list[Sold]:
    """Every kind of the catalogue, also those out of the tray, in the order of the tray."""
    since = Gift.objects.filter(at__gte=at - timedelta(days=DAYS))
    sums = {
        row["kind"]: (row["count"], row["cents"])
        for row in since.values("kind").annotate(count=Count("id"), cents=Sum("price_cents"))
    }
    return [Sold(kind, *sums.get(kind.pk, (0, 0))) for kind in GiftKind.objects.all()]


def by_day(*, at: datetime) -> list[Day]:
    """The last thirty days, oldest first, those without a gift included."""
    first = at.date() - timedelta(days=DAYS - 1)
    rows = (
        Gift.objects.filter(at__date__gte=first, at__gte=at - timedelta(days=DAYS))
        .annotate(day=TruncDate("at"))
        .values("day")
        .annotate(count=Count("id"), cents=Sum("price_cents"))
    )
    sums = {row["day"]: (row["count"], row["cents"]) for row in rows}
    best = max((cents for _, cents in sums.values()), default=0) or 1
    days = [first + timedelta(days=number) for number in range(DAYS)]
    found = [(day, *sums.get(day, (0, 0))) for day in days]
    return [Day(day, count, cents, round(100 * cents / best)) for day, count, cents in found]


def latest() -> QuerySet[Gift]:
    """The latest gifts; ``is_reported`` says whether somebody complained about giver or host
    in that room."""
    of_the_two = Q(about=OuterRef("sender")) | Q(about=OuterRef("reader"))
    reports = StreamReport.objects.filter(of_the_two, stream=OuterRef("stream"))
    found = Gift.objects.select_related("kind", "sender", "reader", "stream")
    return found.annotate(is_reported=Exists(reports)).order_by("-at", "-id")[:LATEST]
