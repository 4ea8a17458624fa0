from __future__ import annotations

from collections.abc import Callable

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from backend.core import sweeps
from backend.core.errors import Conflict, Unavailable


def _fails(tried: list[int], broken: set[int], error: Exception) -> Callable[[int], None]:
    def act(row: int) -> None:
        tried.append(row)
        if row in broken:
            raise error

    return act


@pytest.mark.parametrize("error", [KeyError("a bug"), Conflict("booked otherwise")])
def test_rows_that_fail_never_hold_up_the_others(error: Exception) -> None:
    tried: list[int] = []
    broken = set(range(5))

    assert sweeps.each(range(10), _fails(tried, broken, error), job="test") == 5
    assert sorted(tried) == list(range(10))


def test_when_the_outside_is_down_the_rest_waits_instead_of_finding_it_out() -> None:
    tried: list[int] = []

    down = _fails(tried, set(range(100)), Unavailable())
    assert sweeps.each(range(100), down, job="test") == 0
    assert len(tried) == sweeps.OUTAGES_MAX
    # They are not the same three each time, so that three bad rows cannot block the others.
    assert len({_first(tried, down) for _ in range(20)}) > 1


def _first(tried: list[int], act: Callable[[int], None]) -> int:
    tried.clear()
    sweeps.each(range(100), act, job="test")
    return tried[0]


def test_a_job_that_is_out_of_time_ends_at_once() -> None:
    tried: list[int] = []

    with pytest.raises(SoftTimeLimitExceeded):
        sweeps.each(range(9), _fails(tried, set(range(9)), SoftTimeLimitExceeded()), job="test")
    assert len(tried) == 1
