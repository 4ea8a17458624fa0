"""What the earnings page shows, gathered for one reader."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from django.core.paginator import Page, Paginator

from backend.accounts.models import User
from backend.core.errors import NotFound
from backend.ledger import earned
from backend.ledger.earned import MonthSum, Release
from backend.ledger.selectors import Earnings
from backend.ledger.selectors import earnings_of as held_for
from payouts.earnings import figures, selectors, statements
from payouts.earnings.selectors import Onboarding, Preview
from payouts.earnings.statements import Line, Statement
from payouts.models import Payout

DAYS: Final = (7, 30)
PAGE_LINES: Final = 50
PAYOUTS_SHOWN: Final = 6
RELEASES_SHOWN: Final = 5


@dataclass(frozen=True)
class EarningsPage:
    """Everything on ``/earnings/``, for one reader at one moment."""

    has: Earnings
    preview: Preview
    onboarding: Onboarding
    releases: Sequence[Release]
    chart: figures.Chart
    days: int
    this_month: MonthSum
    statement: Statement
    lines: Page[Line]
    payouts: Sequence[Payout]
    has_more_payouts: bool
    before: datetime | None
    after: datetime | None


def earnings_of(
    reader: User, at: datetime, *, days: int, month: str = "", number: str = ""
) -> EarningsPage:
    """Gather it. ``month`` is ``2026-11``, else the present one; ``number`` a page of its lines."""
    shown = _month_asked(month, at)
    statement = statements.month_of(reader, shown.year, shown.month, at)
    now = statements.month_of(reader, at.year, at.month, at) if shown != _first(at) else statement
    paid = list(selectors.payouts_of(reader)[: PAYOUTS_SHOWN + 1])
    since = datetime.combine(at.date() - timedelta(days=days - 1), time(), tzinfo=UTC)
    sums = earned.by_day(reader.pk, since=since, until=at + timedelta(days=1))
    return EarningsPage(
        has=held_for(reader.pk),
        preview=selectors.preview(reader, at),
        onboarding=selectors.onboarding(reader, at),
        releases=earned.releases(reader.pk)[:RELEASES_SHOWN],
        chart=figures.draw(sums, last=at.date(), days=days),
        days=days,
        this_month=now.sums,
        statement=statement,
        lines=Paginator(statement.lines[::-1], PAGE_LINES).get_page(number or 1),
        payouts=paid[:PAYOUTS_SHOWN],
        has_more_payouts=len(paid) > PAYOUTS_SHOWN,
        before=_first(shown - timedelta(days=1)) if shown > _first(reader.date_joined) else None,
        after=_first(shown + timedelta(days=32)) if shown < _first(at) else None,
    )


def days_asked(text: str) -> int:
    """How many days the chart shows: 7 unless 30 are asked for."""
    return next((days for days in DAYS if str(days) == text), DAYS[0])


def _month_asked(text: str, at: datetime) -> datetime:
    found = re.fullmatch(r"(\d{4})-(\d{2})", text)
    try:
        return statements.first_of(int(found[1]), int(found[2]), at) if found else _first(at)
    except NotFound:
        return _first(at)


def _first(at: datetime) -> datetime:
    return at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
