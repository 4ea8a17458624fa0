"""Proofs that streams and the ledger agree on gifts and doors, run by every audit of the ledger.

They only read, set by set; see ``live.proofs`` for why the ledger's tables stand in this SQL.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from backend.ledger import audit


def _found(name: str, sql: str) -> Iterable[audit.Finding]:
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} LIMIT {audit.FINDINGS_MAX}")
        return [audit.Finding(name, str(what)) for (what,) in cursor.fetchall()]


@audit.proof
def a_gift_is_what_was_paid(at: datetime) -> Iterable[audit.Finding]:
    """Every gift has its movement and the reverse, so leaderboards add up to the ledger."""
    return _found(
        "a gift is what was paid",
        """SELECT 'gift ' || coalesce(g.id::text, m.about) || ' counts '
            || coalesce(g.price_cents::text, 'nothing') || ', the ledger '
            || coalesce(m.gross_cents::text, 'nothing')
        FROM live_gift g
        FULL JOIN (SELECT * FROM ledger_movement WHERE kind = 'gift') m
            ON m.key = 'gift:' || g.id
        WHERE g.price_cents IS DISTINCT FROM m.gross_cents""",
    )


@audit.proof
def a_pass_is_what_was_paid(at: datetime) -> Iterable[audit.Finding]:
    """Every door has its movement, and one that was given back has the movement of that."""
    return _found(
        "a pass is what was paid",
        """SELECT 'pass ' || coalesce(p.id::text, m.key) || ' counts '
            || coalesce(p.price_cents::text, 'nothing') || ', the ledger '
            || coalesce(m.gross_cents::text, 'nothing')
        FROM (
            SELECT id, price_cents, 'pass:' || stream_id || ':' || client_id AS key
            FROM live_streampass
            UNION ALL
            SELECT id, price_cents, 'pass:' || stream_id || ':' || client_id || ':refund'
            FROM live_streampass WHERE refunded_at IS NOT NULL
        ) p
        FULL JOIN (
            SELECT * FROM ledger_movement WHERE kind IN ('stream_pass', 'pass_refund')
        ) m ON m.key = p.key
        WHERE p.price_cents IS DISTINCT FROM m.gross_cents""",
    )


@audit.proof
def a_stream_counts_what_it_was_given(at: datetime) -> Iterable[audit.Finding]:
    """The counters of a stream are the sums of its movements, the host's part to the cent."""
    return _found(
        "a stream counts what it was given",
        """WITH paid AS (
            SELECT g.stream_id, 'gift:' || g.id AS key, 1 AS sign FROM live_gift g
            UNION ALL
            SELECT stream_id, 'pass:' || stream_id || ':' || client_id, 1 FROM live_streampass
            UNION ALL
            SELECT stream_id, 'pass:' || stream_id || ':' || client_id || ':refund', -1
            FROM live_streampass WHERE refunded_at IS NOT NULL
        ), moved AS (
            SELECT paid.stream_id, m.kind = 'gift' AS is_gift, paid.sign * m.gross_cents AS cents,
                paid.sign * (m.gross_cents - coalesce(ours.cents, 0)) AS earned
            FROM paid JOIN ledger_movement m ON m.key = paid.key
            LEFT JOIN LATERAL (
                SELECT sum(t.amount_cents) AS cents FROM ledger_transfer t
                JOIN ledger_pot p ON p.id IN (t.debit_pot_id, t.credit_pot_id)
                    AND p.kind IN ('revenue_gift', 'refunds_contra')
                WHERE t.movement_id = m.id
            ) ours ON true
        ), sums AS (
            SELECT stream_id, coalesce(sum(cents) FILTER (WHERE is_gift), 0) AS gifts,
                coalesce(sum(cents) FILTER (WHERE NOT is_gift), 0) AS passes,
                sum(earned) AS earned, count(*) FILTER (WHERE is_gift) AS n
            FROM moved GROUP BY stream_id
        )
        SELECT 'stream ' || s.id || ' counts ' || s.gifts_count || '/' || s.gifts_cents || '/'
            || s.passes_cents || '/' || s.earned_cents || ', the ledger '
            || coalesce(sums.n, 0) || '/' || coalesce(sums.gifts, 0) || '/'
            || coalesce(sums.passes, 0) || '/' || coalesce(sums.earned, 0)
        FROM live_stream s LEFT JOIN sums ON sums.stream_id = s.id
        WHERE (s.gifts_count, s.gifts_cents, s.passes_cents, s.earned_cents)
            IS DISTINCT FROM (coalesce(sums.n, 0), coalesce(sums.gifts, 0),
                coalesce(sums.passes, 0), coalesce(sums.earned, 0))""",
    )
