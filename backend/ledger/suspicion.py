"""When gifts look as if their giver and their receiver were one, or worked together.

Pure: facts about one day in, words out; no query, no clock. The thresholds are settings
(``SUSPICION_…``). A word is strong when honest people hardly ever fit it: then the earnings wait.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final


class Sign(StrEnum):
    """What may be wrong between one client and one reader."""

    ONE_GIVER = "one_giver"
    FRESH_GIVERS = "fresh_givers"
    STRAIGHT_THROUGH = "straight_through"
    HOUSEHOLD = "household"


# A devoted client may well carry a new reader for a day, so that one alone holds nothing.
STRONG: Final = frozenset({Sign.FRESH_GIVERS, Sign.STRAIGHT_THROUGH, Sign.HOUSEHOLD})
WORDS: Final = {
    Sign.ONE_GIVER: "nearly all that a new reader got in a day",
    Sign.FRESH_GIVERS: "several new accounts giving to one reader",
    Sign.STRAIGHT_THROUGH: "money added and given to one reader at once",
    Sign.HOUSEHOLD: "one network address and much money in a day",
}


@dataclass(frozen=True)
class Limits:
    """From where on something is a sign. Cents are of one day, shares in hundredths."""

    much_cents: int
    share_percent: int
    new_reader: timedelta
    fresh_account: timedelta
    fresh_givers: int
    young_account: timedelta
    at_once: timedelta


@dataclass(frozen=True)
class Day:
    """What passed between one client and one reader in one day, and beside it.

    ``given_cents``: gifts of this client to this reader. ``reader_cents``: everything that the
    reader's clients paid for, gifts and readings. ``fresh_givers``: how many accounts younger
    than ``fresh_account`` gave to the reader, ``fresh_cents`` what they gave; this client may be
    one of them. ``added_cents``: what the client added to the wallet; ``soonest``: the shortest
    time from adding to giving, None when nothing was added before a gift. Ages are at the gift.
    """

    given_cents: int
    reader_cents: int
    client_age: timedelta
    reader_age: timedelta
    fresh_givers: int = 0
    fresh_cents: int = 0
    added_cents: int = 0
    soonest: timedelta | None = None
    shares_address: bool = False


def signs_of(day: Day, limits: Limits) -> frozenset[Sign]:
    """What looks wrong about a day; empty for nearly everybody."""
    rules = {
        Sign.ONE_GIVER: _one_giver,
        Sign.FRESH_GIVERS: _fresh_givers,
        Sign.STRAIGHT_THROUGH: _straight_through,
        Sign.HOUSEHOLD: _household,
    }
    return frozenset(sign for sign, holds in rules.items() if holds(day, limits))


def _one_giver(day: Day, limits: Limits) -> bool:
    """Somebody new lives from one person's gifts."""
    return (
        day.reader_age < limits.new_reader
        and day.given_cents >= limits.much_cents
        and day.given_cents * 100 >= day.reader_cents * limits.share_percent
    )


def _fresh_givers(day: Day, limits: Limits) -> bool:
    """Accounts of today carry a reader, and this client is one of them."""
    return (
        day.client_age < limits.fresh_account
        and day.fresh_givers >= limits.fresh_givers
        and day.fresh_cents >= limits.much_cents
        and day.fresh_cents * 200 >= day.reader_cents * limits.share_percent
    )


def _straight_through(day: Day, limits: Limits) -> bool:
    """A young account adds money and hands nearly all of it on at once."""
    return (
        day.soonest is not None
        and day.soonest <= limits.at_once
        and day.client_age < limits.young_account
        and day.added_cents >= limits.much_cents
        and day.given_cents * 100 >= day.added_cents * limits.share_percent
    )


def _household(day: Day, limits: Limits) -> bool:
    """One address says little, until much money stays behind it."""
    return day.shares_address and day.given_cents >= limits.much_cents
