"""Statements of readers: a month with every line, a year with every month. UTC, cents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from django.conf import settings

from backend.accounts.models import User
from backend.core import spreadsheets
from backend.core.errors import NotFound
from backend.core.spreadsheets import amount
from backend.ledger import earned, payables
from backend.ledger.earned import MonthSum
from payouts.words import page_of

FIRST_YEAR: Final = 2020
MONTH_HEADS: Final = (
    *("When (UTC)", "What", "Gross", "Fee", "Yours", "Paid out", "Currency", "Reference"),
)
YEAR_HEADS: Final = ("Month", "Gross", "Fee", "Given back", "Yours", "Paid out", "Currency")
PDF_LINES_MAX: Final = 400  # more would take a page server too long: sums by day then


Row = tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """One line of a statement. ``url``: its receipt, for readings and gifts."""

    at: datetime
    words: str
    gross_cents: int
    fee_cents: int
    net_cents: int
    url: str
    about: str
    is_payout: bool


@dataclass(frozen=True)
class Statement:
    """One month of one reader: its lines, oldest first, and their sums."""

    reader: User
    month: date
    lines: Sequence[Line]
    sums: MonthSum

    @property
    def is_complete(self) -> bool:
        """Whether every line is in it; a month has rarely more than ten thousand."""
        return len(self.lines) < payables.STATEMENT_LINES_MAX


@dataclass(frozen=True)
class Year:
    """One year of one reader, for their taxes: the sums, and each month's."""

    year: int
    months: Sequence[MonthSum]

    @property
    def sums(self) -> MonthSum:
        return _sum(date(self.year, 1, 1), self.months)


def month_of(reader: User, year: int, month: int, at: datetime) -> Statement:
    """The statement of one month, also of the present one.

    :raises NotFound: no such month, or one that has not begun.
    """
    since = first_of(year, month, at)
    until = _next_month(since)
    lines = [_line(row) for row in payables.statement(reader.pk, since=since, until=until)]
    sums = earned.by_month(reader.pk, since=since, until=until)
    return Statement(reader, since.date(), lines, sums[0] if sums else _sum(since.date(), []))


def years_of(reader: User, at: datetime) -> list[Year]:
    """Every year in which anything moved, the newest first, each with its months."""
    since = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
    months = earned.by_month(reader.pk, since=since, until=at + timedelta(days=1))
    years = sorted({month.month.year for month in months}, reverse=True)
    return [Year(year, [m for m in months if m.month.year == year]) for year in years]


def first_of(year: int, month: int, at: datetime) -> datetime:
    """The first instant of a month that has begun by ``at``.

    :raises NotFound: there is no such month, or it lies ahead.
    """
    if not (FIRST_YEAR <= year <= at.year and 1 <= month <= 12):
        raise NotFound("There is no such month.")
    first = datetime(year, month, 1, tzinfo=UTC)
    if first > at:
        raise NotFound("That month has not begun.")
    return first


def rows_of_month(statement: Statement) -> Iterator[Row]:
    """A month as rows of a spreadsheet under ``MONTH_HEADS``, the last one the sums."""
    for line in statement.lines:
        yield (
            f"{line.at:%Y-%m-%d %H:%M:%S}",
            spreadsheets.text(line.words),
            *_columns(line),
            settings.CURRENCY,
            line.about,
        )
    yield ("", "Sum", *_sums(statement.sums), settings.CURRENCY, "")


def rows_of_year(year: Year) -> Iterator[Row]:
    """A year as rows of a spreadsheet under ``YEAR_HEADS``: one a month, then the sums."""
    for month in year.months:
        yield (f"{month.month:%Y-%m}", *_year_columns(month), settings.CURRENCY)
    yield ("Sum", *_year_columns(year.sums), settings.CURRENCY)


def days_of(statement: Statement) -> list[tuple[date, int, int, int, int]]:
    """A month's lines summed by day: day, lines, gross, fee, net; payouts are not among them."""
    days: dict[date, tuple[int, int, int, int]] = {}
    for line in statement.lines:
        if not line.is_payout:
            n, gross, fee, net = days.get(line.at.date(), (0, 0, 0, 0))
            days[line.at.date()] = (
                n + 1,
                gross + line.gross_cents,
                fee + line.fee_cents,
                net + line.net_cents,
            )
    return [(day, *sums) for day, sums in sorted(days.items())]


def _line(row: payables.Line) -> Line:
    return Line(
        at=row.at,
        words=row.words or row.label,
        gross_cents=row.gross_cents,
        fee_cents=max(0, row.gross_cents - row.cents) if row.gross_cents else 0,
        net_cents=row.cents,
        url=page_of(row.about),
        about=row.about,
        is_payout=row.kind in ("payout_sent", "payout_reversed"),
    )


def _columns(line: Line) -> Row:
    if line.is_payout:
        return "", "", "", amount(-line.net_cents)
    return amount(line.gross_cents), amount(-line.fee_cents), amount(line.net_cents), ""


def _sums(sums: MonthSum) -> Row:
    cents = (sums.gross_cents, -sums.fee_cents, sums.net_cents, sums.paid_cents)
    return tuple(map(amount, cents))


def _year_columns(sums: MonthSum) -> Row:
    cents = (sums.gross_cents, -sums.fee_cents, sums.corrected_cents)
    return tuple(map(amount, (*cents, sums.net_cents, sums.paid_cents)))


def _sum(month: date, sums: Sequence[MonthSum]) -> MonthSum:
    return MonthSum(
        month,
        *(
            sum(getattr(one, name) for one in sums)
            for name in ("gross_cents", "earned_cents", "corrected_cents", "paid_cents")
        ),
    )


def _next_month(first: datetime) -> datetime:
    return (first + timedelta(days=32)).replace(day=1)
