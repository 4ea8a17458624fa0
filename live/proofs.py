"""Proofs that readings and the ledger agree (money.md §3.3), run by every audit of the ledger.

Each is one set-based question over both sides, because either may hold millions of rows; they
only read, so the ledger's tables stand in the SQL here and nowhere else in this app.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import connection

from backend.ledger import audit

_HELD: Final = "s.held_promo_cents + s.held_cash_cents"
_CAPTURED: Final = "s.captured_promo_cents + s.captured_cash_cents"
_METERED: Final = "greatest(s.billable_s - s.free_s, 0)"
_PRICE: Final = f"""s.rate_per_minute_cents
    * ((({_METERED}) + s.increment_s - 1) / s.increment_s * s.increment_s) / 60"""


def _found(name: str, sql: str) -> Iterable[audit.Finding]:
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} LIMIT {audit.FINDINGS_MAX}")
        return [audit.Finding(name, str(what)) for (what,) in cursor.fetchall()]


@audit.proof
def an_ended_reading_holds_nothing(at: datetime) -> Iterable[audit.Finding]:
    """What was held is captured or given back once a reading is over."""
    return _found(
        "an ended reading holds nothing",
        f"""SELECT 'session ' || s.id || ' still holds '
            || ({_HELD} - ({_CAPTURED}) - s.released_cents) || ' cents'
        FROM live_readingsession s
        WHERE s.ended_at IS NOT NULL AND {_HELD} <> {_CAPTURED} + s.released_cents""",  # noqa: S608  (constants of ours)
    )


@audit.proof
def reserved_money_is_what_readings_hold(at: datetime) -> Iterable[audit.Finding]:
    """A client's reserved pot is the sum of what their readings hold."""
    return _found(
        "reserved money is what readings hold",
        f"""SELECT 'client ' || p.owner_id || ' has ' || (p.credits_cents - p.debits_cents)
            || ' cents reserved, their readings hold ' || held.cents
        FROM ledger_pot p JOIN (
            SELECT s.client_id, sum({_HELD} - ({_CAPTURED}) - s.released_cents) AS cents
            FROM live_readingsession s GROUP BY s.client_id
        ) held ON held.client_id = p.owner_id
        WHERE p.kind = 'client_reserved'
            AND p.credits_cents - p.debits_cents <> held.cents""",  # noqa: S608  (constants of ours)
    )


@audit.proof
def captures_are_what_the_reading_counts(at: datetime) -> Iterable[audit.Finding]:
    """The ledger's captures of a reading add up to what its row says was captured."""
    return _found(
        "captures are what the reading counts",
        f"""SELECT 'session ' || s.id || ' counts ' || ({_CAPTURED})
            || ' captured cents, the ledger ' || coalesce(posted.cents, 0)
        FROM live_readingsession s LEFT JOIN (
            SELECT m.about, sum(m.gross_cents) AS cents
            FROM ledger_movement m WHERE m.kind = 'capture' GROUP BY m.about
        ) posted ON posted.about = 'session:' || s.id
        WHERE {_CAPTURED} <> coalesce(posted.cents, 0)""",  # noqa: S608  (constants of ours)
    )


@audit.proof
def an_ended_reading_cost_its_price(at: datetime) -> Iterable[audit.Finding]:
    """What was captured is the price of the billed seconds at the frozen terms, never more."""
    return _found(
        "an ended reading cost its price",
        f"""SELECT 'session ' || s.id || ' captured ' || ({_CAPTURED}) || ' cents for '
            || s.billable_s || ' s worth ' || ({_PRICE})
        FROM live_readingsession s
        WHERE (s.state = 'ended' AND {_CAPTURED} <> {_PRICE}) OR {_CAPTURED} > {_PRICE}""",  # noqa: S608  (constants of ours)
    )


@audit.proof
def the_reader_got_their_share(at: datetime) -> Iterable[audit.Finding]:
    """The reader's total is the share of the captured total, rounded down once."""
    return _found(
        "the reader got their share",
        f"""SELECT 'session ' || s.id || ' owes the reader ' || s.reader_total_cents
            || ' of ' || ({_CAPTURED}) || ' cents'
        FROM live_readingsession s
        WHERE s.reader_total_cents <> ({_CAPTURED}) * s.split_bps / 10000""",  # noqa: S608  (constants of ours)
    )
