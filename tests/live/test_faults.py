"""What proves that a minute was worthless, and what does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from live import faults
from live.faults import Evidence, Fault, Sample, Seen, Stretch, Why

EIGHT = datetime(2026, 11, 17, 20, 0, tzinfo=UTC)
BAD, GOOD = {"rtt_ms": 80, "loss_pct": 15.0}, {"rtt_ms": 80, "loss_pct": 14.9}
SLOW = {"rtt_ms": 1_500, "loss_pct": None}


def at(second: float) -> datetime:
    return EIGHT + timedelta(seconds=second)


def measured(side: str, minute: int, figures: Any = None, count: int = 4) -> list[Sample]:
    """``count`` samples of one side in one minute, all ``figures``."""
    seconds = [(minute - 1) * 60 + 15 * n for n in range(count)]
    return [Sample(side, at(second), **(figures or BAD)) for second in seconds]


def found(samples: list[Sample], **more: Any) -> list[Fault]:
    usual: dict[str, Any] = {
        "billed_s": 600,
        "reason": "hangup_client",
        "stretches": [Stretch(EIGHT, 600)],
        "seen": [],
    }
    return faults.found(Evidence(samples=samples, **{**usual, **more}))


def test_a_minute_that_both_sides_measured_as_bad_is_worthless() -> None:
    both = [*measured("client", 9), *measured("reader", 9, SLOW)]

    assert found(both) == [Fault(9, Why.WEAK)]
    assert faults.in_words(found(both)) == "Minute 9 was too weak to count."
    three = [*both, *measured("client", 2), *measured("reader", 2)]
    three += [*measured("client", 3), *measured("reader", 3)]
    assert faults.in_words(found(three)) == "Minutes 2, 3 and 9 were too weak to count."


@pytest.mark.parametrize(
    "samples",
    [
        measured("client", 9),
        measured("reader", 9),
        [*measured("client", 9), *measured("reader", 9, GOOD)],
        [*measured("client", 9), *measured("reader", 9, count=2)],
        [*measured("client", 9), *measured("reader", 8)],
        [*measured("client", 9), *measured("reader", 9), Sample("client", at(505), **GOOD)],
        [*measured("client", 11), *measured("reader", 11)],
    ],
    ids=[
        "only the client says so",
        "only the reader says so",
        "the reader measured it as good",
        "too few samples",
        "another minute",
        "one moment was good",
        "it was not billed",
    ],
)
def test_what_is_not_proven_gives_nothing(samples: list[Sample]) -> None:
    assert found(samples) == []


def test_a_pause_within_a_minute_is_looked_past() -> None:
    parted = [Stretch(EIGHT, 30), Stretch(at(90), 570)]
    bad = [Sample(side, at(s), **BAD) for side in ("client", "reader") for s in (0, 15, 90, 105)]

    assert found(bad, stretches=parted) == [Fault(1, Why.WEAK)]
    good_pause = [*bad, Sample("client", at(60), **GOOD)]
    assert found(good_pause, stretches=parted) == [Fault(1, Why.WEAK)]


def test_the_minute_in_which_the_readers_page_left_is_worthless() -> None:
    came = [Seen("client", at(0), True), Seen("reader", at(0), True)]
    left = [*came, Seen("reader", at(598), False)]
    lost: dict[str, Any] = {
        "reason": "timeout",
        "billed_s": 590,
        "stretches": [Stretch(EIGHT, 590)],
    }

    assert found([], seen=left, **lost) == [Fault(10, Why.BROKE)]
    assert faults.in_words([Fault(10, Why.BROKE)]) == "The line to your reader broke in minute 10."
    for seen in (
        came,
        [*left, Seen("reader", at(610), True)],
        [*left, Seen("client", at(599), False)],
        [*came, Seen("client", at(598), False)],
        [*came, Seen("reader", at(500), False)],
    ):
        assert found([], seen=seen, **lost) == []
    assert found([], seen=left, **{**lost, "reason": "hangup_reader"}) == []


def test_no_reading_gives_more_than_five_minutes_back_by_itself() -> None:
    all_bad = [s for n in range(1, 11) for side in ("client", "reader") for s in measured(side, n)]

    assert [fault.minute for fault in found(all_bad)] == [1, 2, 3, 4, 5]
