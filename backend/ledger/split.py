"""The one place that says how earnings are shared."""

from __future__ import annotations

from typing import NamedTuple

BPS = 10_000


class Share(NamedTuple):
    """Two parts of a gross amount; they always add up to it."""

    reader_cents: int
    platform_cents: int


def split(gross_cents: int, bps: int = 7_000) -> Share:
    """Share ``gross_cents``: the reader gets ``bps`` ten-thousandths, rounded down.

    The odd cent is the platform's. Of a session, split the cumulative gross and post the
    difference to what was posted before: rounding each tick would cost the reader.
    :raises ValueError: a negative amount, or more than the whole.
    """
    if gross_cents < 0 or not 0 <= bps <= BPS:
        raise ValueError(f"Cannot give {bps} of {BPS} parts of {gross_cents} cents.")
    reader_cents = gross_cents * bps // BPS
    return Share(reader_cents, gross_cents - reader_cents)
