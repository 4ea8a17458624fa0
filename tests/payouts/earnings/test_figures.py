from __future__ import annotations

from datetime import date

from backend.ledger.earned import DaySum
from payouts.earnings import figures

LAST = date(2026, 3, 7)


def test_bars_stand_on_each_other_and_end_below_a_round_line() -> None:
    sums = [
        DaySum(LAST, "readings", 9_000, 6_300),
        DaySum(LAST, "gifts", 1_000, 700),
        DaySum(date(2026, 3, 5), "doors", 500, 350),
        DaySum(date(2026, 3, 1), "other", 0, -200),
    ]

    chart = figures.draw(sums, last=LAST, days=7)

    assert (chart.top_cents, chart.total_cents) == (10_000, 7_150)
    assert [day.day.day for day in chart.days] == [1, 2, 3, 4, 5, 6, 7]
    assert chart.sums == [6_300, 700, 150]
    readings, gifts = (p for p in chart.pieces if p.x > 500)
    assert (readings.y, readings.height) == (59.2, 100.8)
    assert round(gifts.y + gifts.height, 2) == readings.y
    assert all(p.y >= 0 and p.x + p.width <= figures.WIDTH for p in chart.pieces)


def test_a_quiet_week_draws_nothing() -> None:
    assert figures.draw([], last=LAST, days=7).pieces == []
