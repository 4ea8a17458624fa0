"""Proofs of the money's way out: earnings, payouts, refunds, banks (money.md §3.3)."""

from __future__ import annotations

from typing import Final

from django.conf import settings

from backend.ledger.audit import rule

# Earnings of readings that still run: captured, but in no lot yet.
_RUNNING: Final = """
    SELECT p.owner_id AS reader_id, sum(t.amount_cents) AS cents
    FROM ledger_movement m
    JOIN ledger_transfer t ON t.movement_id = m.id
    JOIN ledger_pot p ON p.id = t.credit_pot_id AND p.kind = 'reader_pending'
    WHERE m.kind IN ('capture', 'free_seconds')
        AND NOT EXISTS (SELECT FROM ledger_lot l WHERE l.about = m.about)
    GROUP BY p.owner_id
"""
_READERS_POTS: Final = """
    SELECT owner_id AS reader_id,
        sum(credits_cents - debits_cents) AS has,
        sum(credits_cents - debits_cents) FILTER (WHERE kind = 'reader_pending') AS pending,
        sum(credits_cents - debits_cents) FILTER (WHERE kind = 'reader_disputed') AS disputed
    FROM ledger_pot
    WHERE kind LIKE 'reader\\_%%' AND currency = %s
    GROUP BY owner_id
"""

rule(
    "what is pending is in lots or in readings that run",
    f"""
    WITH pots AS ({_READERS_POTS}), running AS ({_RUNNING}), lots AS (
        SELECT reader_id, sum(earned_cents - refunded_cents) AS cents
        FROM ledger_lot WHERE state = 'pending' GROUP BY reader_id
    )
    SELECT 'reader ' || pots.reader_id || ' has ' || coalesce(pots.pending, 0)
        || ' pending, their lots ' || coalesce(lots.cents, 0) || ', their readings '
        || coalesce(running.cents, 0)
    FROM pots
    LEFT JOIN lots ON lots.reader_id = pots.reader_id
    LEFT JOIN running ON running.reader_id = pots.reader_id
    WHERE coalesce(pots.pending, 0) <> coalesce(lots.cents, 0) + coalesce(running.cents, 0)
    """,  # noqa: S608  (constants of ours)
    [settings.CURRENCY],
)
rule(
    "what is disputed is what lots say",
    f"""
    WITH pots AS ({_READERS_POTS}), lots AS (
        SELECT reader_id, sum(disputed_cents) AS cents FROM ledger_lot GROUP BY reader_id
    )
    SELECT 'reader ' || lots.reader_id || ' has ' || coalesce(pots.disputed, 0)
        || ' disputed, their lots say ' || coalesce(lots.cents, 0)
    FROM lots FULL JOIN pots ON pots.reader_id = lots.reader_id
    WHERE coalesce(pots.disputed, 0) <> coalesce(lots.cents, 0)
    """,  # noqa: S608  (constants of ours)
    [settings.CURRENCY],
)
# All that a reader has, what they owe counted as less, is what their lots brought and what
# Stripe did not carry away.
rule(
    "a reader has what they earned and were not paid",
    f"""
    WITH pots AS ({_READERS_POTS}), running AS ({_RUNNING}), lots AS (
        SELECT reader_id, sum(earned_cents - refunded_cents) AS cents
        FROM ledger_lot GROUP BY reader_id
    ), stripe AS (
        SELECT id FROM ledger_pot WHERE kind = 'stripe_clearing'
    ), carried AS (
        SELECT reader_id, sum(cents) AS cents FROM (
            SELECT p.owner_id AS reader_id, t.amount_cents AS cents
            FROM ledger_transfer t JOIN ledger_pot p ON p.id = t.debit_pot_id
            WHERE t.credit_pot_id IN (SELECT id FROM stripe) AND p.kind LIKE 'reader\\_%%'
            UNION ALL
            SELECT p.owner_id, -t.amount_cents
            FROM ledger_transfer t JOIN ledger_pot p ON p.id = t.credit_pot_id
            WHERE t.debit_pot_id IN (SELECT id FROM stripe) AND p.kind LIKE 'reader\\_%%'
        ) AS sides GROUP BY reader_id
    )
    SELECT 'reader ' || pots.reader_id || ' has ' || pots.has || ', earned '
        || coalesce(lots.cents, 0) + coalesce(running.cents, 0) || ', was paid '
        || coalesce(carried.cents, 0)
    FROM pots
    LEFT JOIN lots ON lots.reader_id = pots.reader_id
    LEFT JOIN running ON running.reader_id = pots.reader_id
    LEFT JOIN carried ON carried.reader_id = pots.reader_id
    WHERE pots.has <> coalesce(lots.cents, 0) + coalesce(running.cents, 0)
        - coalesce(carried.cents, 0)
    """,  # noqa: S608  (constants of ours)
    [settings.CURRENCY],
)
rule(
    "what is on its way to a reader is in a payout",
    """
    WITH steps AS (
        SELECT about, sum(CASE kind WHEN 'payout_started' THEN gross_cents
            ELSE -gross_cents END) AS cents
        FROM ledger_movement
        WHERE kind IN ('payout_started', 'payout_sent', 'payout_refused')
        GROUP BY about
    ), readers AS (
        SELECT DISTINCT m.about, p.owner_id AS reader_id
        FROM ledger_movement m
        JOIN ledger_transfer t ON t.movement_id = m.id AND t.line = 0
        JOIN ledger_pot p ON p.id = t.credit_pot_id
        WHERE m.kind = 'payout_started'
    ), flying AS (
        SELECT reader_id, sum(cents) AS cents, min(cents) AS least
        FROM steps JOIN readers USING (about) GROUP BY reader_id
    )
    SELECT 'reader ' || coalesce(flying.reader_id, p.owner_id) || ' has '
        || coalesce(p.credits_cents - p.debits_cents, 0) || ' in payouts, which began with '
        || coalesce(flying.cents, 0)
    FROM (SELECT * FROM ledger_pot WHERE kind = 'reader_paying' AND currency = %s) AS p
    FULL JOIN flying ON flying.reader_id = p.owner_id
    WHERE coalesce(p.credits_cents - p.debits_cents, 0) <> coalesce(flying.cents, 0)
        OR flying.least < 0
    """,
    [settings.CURRENCY],
)
rule(
    "no more was given back than was paid",
    """
    WITH back AS (
        SELECT about, sum(gross_cents) AS cents FROM ledger_movement
        WHERE kind IN ('refund', 'refund_by_platform', 'refund_by_reader') GROUP BY about
    ), paid AS (
        SELECT about, sum(gross_cents) AS cents FROM ledger_movement
        WHERE kind = 'capture' GROUP BY about
    )
    SELECT back.about || ' cost ' || coalesce(paid.cents, 0) || ', ' || back.cents
        || ' were given back'
    FROM back LEFT JOIN paid USING (about) WHERE back.cents > coalesce(paid.cents, 0)
    """,
)
rule(
    "what is frozen waits for a bank",
    """
    WITH asked AS MATERIALIZED (
        SELECT id, split_part(key, ':', 2) AS what FROM ledger_movement
        WHERE kind IN ('chargeback', 'chargeback_won', 'chargeback_lost',
            'fraud_warning', 'fraud_warning_cleared')
    ), sides AS (
        SELECT asked.what, t.credit_pot_id AS pot_id, t.amount_cents AS cents
        FROM asked JOIN ledger_transfer t ON t.movement_id = asked.id
        UNION ALL
        SELECT asked.what, t.debit_pot_id, -t.amount_cents
        FROM asked JOIN ledger_transfer t ON t.movement_id = asked.id
    ), steps AS (
        SELECT pot_id, what, sum(cents) AS cents FROM sides GROUP BY pot_id, what
    )
    SELECT 'client ' || p.owner_id || ' has ' || (p.credits_cents - p.debits_cents)
        || ' frozen, banks wait for ' || coalesce(sum(steps.cents), 0)
    FROM ledger_pot p LEFT JOIN steps ON steps.pot_id = p.id
    WHERE p.kind = 'client_frozen'
    GROUP BY p.id
    HAVING p.credits_cents - p.debits_cents <> coalesce(sum(steps.cents), 0)
        OR min(steps.cents) < 0
    """,
)
# Refunds may settle before we have booked them; transfers and reversals never do.
rule(
    "what left Stripe is what we had booked",
    """
    SELECT s.key || ' settles ' || s.gross_cents || ' of ' || s.about || ', booked '
        || coalesce(b.gross_cents::text, 'nothing')
    FROM ledger_movement s
    LEFT JOIN ledger_movement b ON b.key = s.about || CASE
        WHEN s.about NOT LIKE 're:%' THEN ''
        WHEN s.kind = 'settlement_out' THEN ':ok' ELSE ':fail' END
    WHERE s.kind IN ('settlement_out', 'settlement_back')
        AND b.gross_cents IS DISTINCT FROM s.gross_cents
        AND (b.key IS NOT NULL OR s.about NOT LIKE 're:%')
    """,
)
