"""The chart of a reader's earnings: bars of days, laid out in whole units. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from backend.ledger.earned import DOORS, GIFTS, READINGS, DaySum

HEIGHT: Final = 160
WIDTH: Final = 640
GAP: Final = 0.24  # of a day's width
# At most three kinds, each with a texture of its own; what is rare counts with the doors.
SERIES: Final = ((READINGS, "Readings"), (GIFTS, "Gifts"), (DOORS, "Streams"))


@dataclass(frozen=True)
class Piece:
    """One coloured part of a bar."""

    series: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Day:
    """A day with its cents of each series, and where its label stands."""

    day: date
    cents: Sequence[int]
    total_cents: int
    label_x: float


@dataclass(frozen=True)
class Chart:
    """``top_cents``: what the highest line of the grid stands for."""

    days: Sequence[Day]
    pieces: Sequence[Piece]
    top_cents: int
    total_cents: int

    @property
    def series(self) -> list[str]:
        return [name for _, name in SERIES]

    @property
    def sums(self) -> list[int]:
        return [sum(day.cents[n] for day in self.days) for n in range(len(SERIES))]


def draw(sums: Iterable[DaySum], *, last: date, days: int) -> Chart:
    """The ``days`` days up to ``last``. What was given back is taken off its own day and kind."""
    by_day = _by_day(sums)
    dates = [last - timedelta(days=n) for n in reversed(range(days))]
    rows = [by_day.get(day, [0] * len(SERIES)) for day in dates]
    top = _round_up(max((sum(max(0, c) for c in row) for row in rows), default=0))
    wide = WIDTH / days
    pieces: list[Piece] = []
    for n, row in enumerate(rows):
        y = float(HEIGHT)
        for series, cents in enumerate(row):
            height = HEIGHT * max(0, cents) / top
            y -= height
            if cents > 0:
                x = wide * (n + GAP / 2)
                pieces.append(Piece(series + 1, *_exact(x, y, wide * (1 - GAP), height)))
    shown = [
        Day(day, row, sum(row), round(wide * (n + 0.5), 1))
        for n, (day, row) in enumerate(zip(dates, rows, strict=True))
    ]
    return Chart(shown, pieces, top, sum(day.total_cents for day in shown))


def _by_day(sums: Iterable[DaySum]) -> dict[date, list[int]]:
    places = {source: n for n, (source, _) in enumerate(SERIES)}
    found: dict[date, list[int]] = {}
    for one in sums:
        row = found.setdefault(one.day, [0] * len(SERIES))
        row[places.get(one.source, len(SERIES) - 1)] += one.net_cents
    return found


def _round_up(cents: int) -> int:
    """The next round amount: 1, 2 or 5 times a power of ten dollars; a dollar at least."""
    power = 100
    while True:
        for step in (1, 2, 5):
            if cents <= step * power:
                return step * power
        power *= 10


def _exact(*numbers: float) -> tuple[float, ...]:
    return tuple(round(number, 2) for number in numbers)
