from __future__ import annotations

import pytest

from backend.core.templatetags import money as tags


@pytest.mark.parametrize(
    ("cents", "words"),
    [(0, "$0.00"), (5, "$0.05"), (399, "$3.99"), (123_456_789, "$1,234,567.89"), (None, "")],
)
def test_cents_read_as_dollars(cents: int | None, words: str) -> None:
    assert tags.money(cents) == words


def test_money_that_left_has_a_true_minus_sign() -> None:
    assert tags.money(-150) == "\N{MINUS SIGN}$1.50"
    assert tags.signed_money(150) == "+$1.50"


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "00:00"), (761, "12:41"), (3_600, "1:00:00"), (None, "00:00")]
)
def test_seconds_read_as_a_clock(seconds: int | None, words: str) -> None:
    assert tags.clock(seconds) == words


@pytest.mark.parametrize(("seconds", "words"), [(20, "20 s"), (860, "14 min 20 s"), (60, "1 min")])
def test_seconds_read_as_a_duration(seconds: int, words: str) -> None:
    assert tags.spoken(seconds) == words
