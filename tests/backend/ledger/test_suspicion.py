"""What looks wrong about a day of gifts, and what only looks generous."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from backend.ledger.suspicion import STRONG, Day, Limits, Sign, signs_of

LIMITS = Limits(
    much_cents=10_000,
    share_percent=80,
    new_reader=timedelta(days=14),
    fresh_account=timedelta(hours=24),
    fresh_givers=3,
    young_account=timedelta(days=7),
    at_once=timedelta(minutes=10),
)
YEAR, HOUR, MINUTE = timedelta(days=365), timedelta(hours=1), timedelta(minutes=1)
# An old friend of the house gives a lot to a reader of long standing.
GENEROUS = Day(given_cents=50_000, reader_cents=60_000, client_age=YEAR, reader_age=YEAR)
CARRIES = replace(GENEROUS, reader_age=timedelta(days=2))
THROUGH = replace(GENEROUS, client_age=timedelta(days=1), added_cents=50_000, soonest=MINUTE)
CROWD = replace(
    GENEROUS,
    given_cents=4_000,
    reader_cents=20_000,
    client_age=HOUR,
    fresh_givers=3,
    fresh_cents=12_000,
)


@pytest.mark.parametrize(
    ("day", "sign"),
    [
        (CARRIES, Sign.ONE_GIVER),
        (THROUGH, Sign.STRAIGHT_THROUGH),
        (CROWD, Sign.FRESH_GIVERS),
        (replace(GENEROUS, shares_address=True), Sign.HOUSEHOLD),
    ],
)
def test_each_sign_is_seen(day: Day, sign: Sign) -> None:
    assert signs_of(day, LIMITS) == {sign}


@pytest.mark.parametrize(
    "day",
    [
        GENEROUS,
        replace(CARRIES, given_cents=9_999, reader_cents=9_999),
        replace(CARRIES, reader_cents=62_501),  # others gave a fifth
        replace(CARRIES, reader_age=timedelta(days=14)),
        replace(THROUGH, client_age=timedelta(days=7)),
        replace(THROUGH, soonest=timedelta(minutes=11)),
        replace(THROUGH, soonest=None),
        replace(THROUGH, added_cents=62_501),  # a fifth is kept for other things
        replace(CROWD, client_age=timedelta(hours=24)),  # an old client in a new crowd
        replace(CROWD, fresh_givers=2),
        replace(CROWD, fresh_cents=9_999),
        replace(CROWD, reader_cents=60_000),  # a busy night, of which they are a small part
        replace(
            GENEROUS, given_cents=9_999, shares_address=True
        ),  # a household that gives a little
    ],
)
def test_what_is_only_generous_is_no_sign(day: Day) -> None:
    assert signs_of(day, LIMITS) == frozenset()


def test_a_devoted_client_alone_holds_nothing() -> None:
    assert Sign.ONE_GIVER not in STRONG
    assert signs_of(replace(CARRIES, shares_address=True), LIMITS) & STRONG
