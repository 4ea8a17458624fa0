from __future__ import annotations

from itertools import pairwise

import pytest

from backend.ledger.split import split


@pytest.mark.parametrize("bps", [0, 1, 5_000, 7_000, 9_999, 10_000])
def test_every_amount_up_to_twenty_dollars_is_shared_whole(bps: int) -> None:
    for gross in range(1, 2_001):
        share = split(gross, bps)

        assert share.reader_cents + share.platform_cents == gross
        assert 0 <= share.reader_cents * 10_000 <= gross * bps
        assert gross * bps - share.reader_cents * 10_000 < 10_000


def test_the_odd_cent_goes_to_the_platform() -> None:
    assert split(399) == (279, 120)
    assert split(1) == (0, 1)


def test_sixty_ticks_shared_as_one_lose_no_cent_of_the_reader() -> None:
    totals = [split(399 * tick).reader_cents for tick in range(61)]
    ticks = [new - old for old, new in pairwise(totals)]

    assert sum(ticks) == split(399 * 60).reader_cents == 16_758
    assert sum(ticks) - 60 * split(399).reader_cents == 18


@pytest.mark.parametrize(("gross", "bps"), [(-1, 7_000), (100, -1), (100, 10_001)])
def test_nonsense_is_not_shared(gross: int, bps: int) -> None:
    with pytest.raises(ValueError, match="Cannot give"):
        split(gross, bps)
