"""Proofs that payouts and the ledger agree (money.md §3.3), run by every audit of the ledger.

They only read, so the ledger's tables stand in the SQL here and nowhere else in this app.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import connection

from backend.ledger import audit

# What the ledger says of each payout: in flight, and gone for good.
_STEPS: Final = """
    SELECT split_part(about, ':', 2)::uuid AS payout_id,
        sum(CASE kind WHEN 'payout_started' THEN gross_cents
            WHEN 'payout_reversed' THEN 0 ELSE -gross_cents END) AS flying,
        sum(CASE kind WHEN 'payout_sent' THEN gross_cents ELSE 0 END) AS sent,
        sum(CASE kind WHEN 'payout_reversed' THEN gross_cents ELSE 0 END) AS back
    FROM ledger_movement
    WHERE kind IN ('payout_started', 'payout_sent', 'payout_refused', 'payout_reversed')
    GROUP BY about
"""
_ROWS: Final = """
    SELECT id AS payout_id, state,
        CASE WHEN state = 'started' THEN amount_cents ELSE 0 END AS flying,
        CASE WHEN state IN ('sent', 'reversed') THEN amount_cents ELSE 0 END AS sent,
        reversed_cents AS back
    FROM payouts_payout
"""


def _found(name: str, sql: str, *params: str) -> Iterable[audit.Finding]:
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} LIMIT {audit.FINDINGS_MAX}", params or None)
        return [audit.Finding(name, str(what)) for (what,) in cursor.fetchall()]


@audit.proof
def a_payout_is_as_far_as_its_money(_: datetime) -> Iterable[audit.Finding]:
    """What is in flight, sent or taken back in the ledger is so in the row."""
    return _found(
        "a payout is as far as its money",
        f"""WITH steps AS ({_STEPS}), payouts AS ({_ROWS})
        SELECT 'payout ' || payout_id || ' is ' || payouts.state || ' with '
            || payouts.flying || '/' || payouts.sent || '/' || payouts.back || ' cents, its money '
            || coalesce(steps.flying, 0) || '/' || coalesce(steps.sent, 0) || '/'
            || coalesce(steps.back, 0)
        FROM payouts LEFT JOIN steps USING (payout_id)
        WHERE payouts.flying <> coalesce(steps.flying, 0)
            OR payouts.sent <> coalesce(steps.sent, 0) OR payouts.back <> coalesce(steps.back, 0)""",  # noqa: S608, E501  (constants of ours)
    )


@audit.proof
def who_has_money_on_its_way_has_a_payout(_: datetime) -> Iterable[audit.Finding]:
    """``paying > 0`` exactly when a payout of the reader is in flight."""
    return _found(
        "who has money on its way has a payout",
        """WITH flying AS (
            SELECT reader_id, sum(amount_cents) AS cents FROM payouts_payout
            WHERE state = 'started' GROUP BY reader_id
        ), paying AS (
            SELECT owner_id AS reader_id, credits_cents - debits_cents AS cents FROM ledger_pot
            WHERE kind = 'reader_paying' AND currency = %s AND credits_cents > debits_cents
        )
        SELECT 'reader ' || reader_id || ' has ' || coalesce(paying.cents, 0)
            || ' on its way, their payouts ' || coalesce(flying.cents, 0)
        FROM paying FULL JOIN flying USING (reader_id)
        WHERE coalesce(paying.cents, 0) <> coalesce(flying.cents, 0)""",
        settings.CURRENCY,
    )


@audit.proof
def a_transfer_is_booked_under_its_id(_: datetime) -> Iterable[audit.Finding]:
    """The transfer that a row names is the one that the ledger booked for it."""
    return _found(
        "a transfer is booked under its id",
        """SELECT 'payout ' || p.id || ' names ' || p.transfer_id || ', booked is '
            || coalesce(m.about, 'nothing')
        FROM payouts_payout p LEFT JOIN ledger_movement m ON m.key = 'tr:' || p.transfer_id
        WHERE p.transfer_id IS NOT NULL AND m.about IS DISTINCT FROM 'payout:' || p.id""",
    )
