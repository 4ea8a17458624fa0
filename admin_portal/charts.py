"""Charts as shapes that a template only has to draw: whole numbers on a fixed grid.

At most three series, each with its own texture; the same numbers stand in a table beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from backend.ledger.figures import Day

WIDTH: Final = 720
HEIGHT: Final = 200
_GAP: Final = 6
_STEPS: Final = (1, 2, 5)
_LABEL_EVERY: Final = 7


@dataclass(frozen=True)
class Bar:
    """One part of a day's column, in units of the grid; ``series`` counts from 1."""

    x: int
    y: int
    width: int
    height: int
    series: int


@dataclass(frozen=True)
class Line:
    """One line of the scale: where it is, and what it stands for in cents."""

    y: int
    cents: int


@dataclass(frozen=True)
class Chart:
    """``rows`` are the days with the cents of each series, for the table beside it."""

    title: str
    series: Sequence[str]
    bars: Sequence[Bar]
    lines: Sequence[Line]
    labels: Sequence[tuple[int, date]]
    rows: Sequence[tuple[date, Sequence[int]]]
    total_cents: int
    width: int = WIDTH
    height: int = HEIGHT


Series = tuple[str, Callable[[Day], int]]
VOLUME: Final[tuple[Series, ...]] = (
    ("Readings", lambda day: day.readings_cents),
    ("Gifts", lambda day: day.gifts_cents),
    ("Doors of live rooms", lambda day: day.doors_cents),
)
FLOW: Final[tuple[Series, ...]] = (
    ("Topped up", lambda day: day.top_ups_cents),
    ("Paid to readers", lambda day: day.payouts_cents),
    ("Given back", lambda day: day.refunds_cents),
)


def stacked(title: str, days: Sequence[Day], series: Sequence[Series]) -> Chart:
    """One column a day, the series one upon the other."""
    return _chart(title, days, series, is_stacked=True)


def grouped(title: str, days: Sequence[Day], series: Sequence[Series]) -> Chart:
    """One group a day, the series side by side: they are no parts of one whole."""
    return _chart(title, days, series, is_stacked=False)


def _chart(title: str, days: Sequence[Day], series: Sequence[Series], *, is_stacked: bool) -> Chart:
    rows = [(day.day, [cents(day) for _, cents in series]) for day in days]
    highest = max((sum(c) if is_stacked else max(c) for _, c in rows), default=0)
    top = scale_top(highest)
    draw = _stack if is_stacked else _group
    slot = WIDTH // max(1, len(rows))
    return Chart(
        title=title,
        series=[name for name, _ in series],
        bars=[bar for n, (_, cents) in enumerate(rows) for bar in draw(n * slot, slot, cents, top)],
        lines=[Line(HEIGHT - HEIGHT * n // 4, top * n // 4) for n in range(1, 5)],
        labels=[(n * slot + slot // 2, rows[n][0]) for n in range(0, len(rows), _LABEL_EVERY)],
        rows=rows,
        total_cents=sum(sum(cents) for _, cents in rows),
    )


def scale_top(cents: int) -> int:
    """The round sum at the top of the scale: 1, 2 or 5 and zeros, at least $4.00."""
    power = 100
    while True:
        for step in _STEPS:
            if step * power >= max(cents, 400):
                return step * power
        power *= 10


def _stack(x: int, slot: int, cents: Sequence[int], top: int) -> list[Bar]:
    bars, below = [], 0
    for n, part in enumerate(cents, start=1):
        low, high = HEIGHT * below // top, HEIGHT * (below + part) // top
        if high > low:
            bars.append(Bar(x + _GAP // 2, HEIGHT - high, slot - _GAP, high - low, n))
        below += part
    return bars


def _group(x: int, slot: int, cents: Sequence[int], top: int) -> list[Bar]:
    width = (slot - _GAP) // len(cents)
    heights = [HEIGHT * part // top for part in cents]
    return [
        Bar(x + _GAP // 2 + (n - 1) * width, HEIGHT - height, width, height, n)
        for n, height in enumerate(heights, start=1)
        if height
    ]
