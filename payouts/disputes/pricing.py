"""What minutes of a reading are worth, and how many of them were billed. Pure."""

from __future__ import annotations

from typing import Final

_MINUTE_S: Final = 60


def minutes_cents(*, minutes: int, rate_cents: int, left_cents: int) -> int:
    """What crediting ``minutes`` gives back: each at the reading's frozen rate.

    That is what the last billed minutes cost, for a minute of paid time costs exactly the rate.
    It is never more than ``left_cents``, what was paid and has not come back: the minutes that
    were free, and the started one at the end, cost less than the rate.
    """
    return min(minutes * rate_cents, left_cents)


def minutes_billed(billed_s: int) -> int:
    """How many minutes the receipt shows, the started last one included."""
    return -(-billed_s // _MINUTE_S)
