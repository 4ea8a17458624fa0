from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readers import pricing

rates = st.integers(1, 10_000)
seconds = st.integers(0, 7_200)
increments = st.sampled_from([1, 6, 30, 60])
frees = st.sampled_from([0, 60, 180])


@pytest.mark.parametrize(
    ("spent", "rate", "cents"),
    [(60, 399, 399), (59, 399, 392), (1, 50, 0), (2, 50, 1), (3600, 399, 23_940), (61, 1, 1)],
)
def test_seconds_are_priced_by_the_minute_and_rounded_down(
    spent: int, rate: int, cents: int
) -> None:
    assert pricing.price(seconds=spent, rate_cents=rate) == cents


def test_an_increment_of_sixty_bills_each_started_minute() -> None:
    assert pricing.price(seconds=61, rate_cents=100, increment_s=60) == 200


def test_free_seconds_cost_nothing_and_come_first() -> None:
    assert pricing.price(seconds=180, rate_cents=100, free_s=180) == 0
    assert pricing.price(seconds=240, rate_cents=100, free_s=180) == 100


@given(seconds, seconds, rates, increments, frees)
def test_more_time_never_costs_less(a: int, b: int, rate: int, inc: int, free: int) -> None:
    low, high = sorted((a, b))
    at = {"rate_cents": rate, "increment_s": inc, "free_s": free}
    assert pricing.price(seconds=low, **at) <= pricing.price(seconds=high, **at)


@given(st.integers(0, 100_000), rates, increments, frees)
def test_the_longest_affordable_time_is_affordable_and_one_more_is_not(
    cents: int, rate: int, inc: int, free: int
) -> None:
    at = {"rate_cents": rate, "increment_s": inc, "free_s": free}
    most = pricing.longest_affordable(cents=cents, **at)
    assert pricing.price(seconds=most, **at) <= cents
    assert pricing.price(seconds=most + 1, **at) > cents


def test_a_rate_of_nothing_has_no_longest_time() -> None:
    with pytest.raises(ValueError, match="at least one cent"):
        pricing.longest_affordable(cents=100, rate_cents=0)


@given(st.lists(st.integers(1, 1_000), max_size=60))
def test_shares_of_a_growing_total_never_drift(charges: list[int]) -> None:
    total, paid = 0, 0
    for cents in charges:
        total += cents
        paid += pricing.share(gross_cents=total, split_bps=7_000) - paid
    assert paid == sum(charges) * 7 // 10
