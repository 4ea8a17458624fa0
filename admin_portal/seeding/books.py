"""The ledger of what happened: every movement with its transfers, in the order of time.

The one place that writes the ledger's tables beside its two writers; the audit is asked
afterwards, and every constraint of the database holds here as everywhere.
"""

from __future__ import annotations

from typing import Final

_POTS: Final = """
INSERT INTO ledger_pot (kind, owner_id, currency, debits_cents, credits_cents)
SELECT kind, p.id, 'USD', 0, 0 FROM seed_person p JOIN (VALUES
    ('client', 'client_wallet'), ('client', 'client_promo'), ('client', 'client_reserved'),
    ('reader', 'reader_pending'), ('reader', 'reader_payable'), ('reader', 'reader_paying')
) AS pot (role, kind) ON pot.role = p.role
UNION ALL
SELECT kind, NULL, 'USD', 0, 0 FROM unnest(
    '{stripe_clearing,stripe_balance,stripe_fees,revenue_reading,revenue_gift}'::text[]) AS kind
"""
# One payout a week and reader: what matured in the week before and is worth one.
_PAYOUTS: Final = """
CREATE TEMP TABLE seed_payout AS
SELECT row_number() OVER (ORDER BY paid_at, reader_id) AS n, pg_temp.id_at(paid_at) AS id,
    reader_id, paid_at, cents
FROM (
    SELECT reader_id, date_trunc('week', matures_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
        + interval '7 days 2 hours' AS paid_at, sum(earned) AS cents
    FROM seed_session WHERE minutes > 0 GROUP BY 1, 2
) AS weeks WHERE cents >= 1500 AND paid_at < %(end)s
"""
# kind, key, about, gross, when; and which session or payout it came from, and its minute.
_MOVEMENTS: Final = """
CREATE TEMP TABLE seed_movement AS
SELECT pg_temp.id_at(at) AS id, fact.* FROM (
    SELECT n, NULL::bigint AS payout, 0 AS minute, 'top_up' AS kind,
        'pi:pi_seeded' || n || ':credit' AS key, 'topup:' || top_up_id AS about,
        top_up_cents AS gross, begun_at - interval '5 minutes' AS at
    FROM seed_session
    UNION ALL
    SELECT n, NULL, 0, 'settlement', 'bt:txn_seeded' || n, 'pi:pi_seeded' || n, top_up_cents,
        begun_at + interval '2 days'
    FROM seed_session WHERE begun_at + interval '2 days' < %(end)s
    UNION ALL
    SELECT n, NULL, 0, 'gift', 'gift:' || gift_id, 'gift:' || gift_id, gift_cents,
        begun_at - interval '2 minutes'
    FROM seed_session WHERE gift_cents > 0
    UNION ALL
    SELECT n, NULL, 0, 'hold', 'sess:' || id || ':hold:1', 'session:' || id, 2 * rate,
        begun_at - interval '30 seconds'
    FROM seed_session
    UNION ALL
    SELECT n, NULL, minute, 'capture', 'sess:' || id || ':cap:' || 60 * minute, 'session:' || id,
        rate, begun_at + minute * interval '1 minute'
    FROM seed_session, generate_series(1, minutes) AS minute
    UNION ALL
    SELECT n, NULL, 0, 'release', 'sess:' || id || ':release', 'session:' || id, 2 * rate, ended_at
    FROM seed_session
    UNION ALL
    SELECT n, NULL, 1, 'matured', 'lot:' || lot_id || ':mature', 'session:' || id, earned,
        matures_at
    FROM seed_session WHERE minutes > 0 AND matures_at < %(end)s
    UNION ALL
    SELECT n, NULL, 2, 'matured', 'lot:' || gift_lot_id || ':mature', 'gift:' || gift_id,
        gift_cents * 7000 / 10000, begun_at + interval '1 day'
    FROM seed_session WHERE gift_cents > 0 AND begun_at + interval '1 day' < %(end)s
    UNION ALL
    SELECT NULL, n, 0, 'payout_started', 'payout:' || id || ':start:1', 'payout:' || id, cents,
        paid_at
    FROM seed_payout
    UNION ALL
    SELECT NULL, n, 0, 'payout_sent', 'tr:tr_seeded' || n, 'payout:' || id, cents,
        paid_at + interval '2 seconds'
    FROM seed_payout
    UNION ALL
    SELECT NULL, n, 0, 'settlement_out', 'bt:txn_seeded_tr' || n, 'tr:tr_seeded' || n, cents,
        paid_at + interval '3 seconds'
    FROM seed_payout
) AS fact
"""
_WRITE_MOVEMENTS: Final = """
INSERT INTO ledger_movement (id, kind, key, about, gross_cents, currency, at, reason)
SELECT id, kind, key, about, gross, 'USD', at, '' FROM seed_movement ORDER BY at
"""
# Fees as Stripe takes them; the odd cent of each minute to the house, as the split says.
_WRITE_TRANSFERS: Final = """
WITH pot AS MATERIALIZED (
    SELECT id, kind, owner_id FROM ledger_pot
), platform AS MATERIALIZED (
    SELECT max(id) FILTER (WHERE kind = 'stripe_clearing') AS clearing,
        max(id) FILTER (WHERE kind = 'stripe_balance') AS balance,
        max(id) FILTER (WHERE kind = 'stripe_fees') AS fees,
        max(id) FILTER (WHERE kind = 'revenue_reading') AS readings,
        max(id) FILTER (WHERE kind = 'revenue_gift') AS gifts
    FROM pot WHERE owner_id IS NULL
), owned AS MATERIALIZED (
    SELECT owner_id,
        max(id) FILTER (WHERE kind = 'client_wallet') AS wallet,
        max(id) FILTER (WHERE kind = 'client_reserved') AS reserved,
        max(id) FILTER (WHERE kind = 'reader_pending') AS pending,
        max(id) FILTER (WHERE kind = 'reader_payable') AS payable,
        max(id) FILTER (WHERE kind = 'reader_paying') AS paying
    FROM pot WHERE owner_id IS NOT NULL GROUP BY owner_id
), facts AS (
    SELECT m.*, c.wallet, c.reserved, r.pending, r.payable, r.paying, f.*,
        coalesce(s.rate * m.minute * 7000 / 10000 - s.rate * (m.minute - 1) * 7000 / 10000, 0)
            AS share
    FROM seed_movement m
    LEFT JOIN seed_session s ON s.n = m.n
    LEFT JOIN seed_payout o ON o.n = m.payout
    LEFT JOIN owned c ON c.owner_id = s.client_id
    LEFT JOIN owned r ON r.owner_id = coalesce(s.reader_id, o.reader_id)
    CROSS JOIN platform f
)
INSERT INTO ledger_transfer (movement_id, line, debit_pot_id, credit_pot_id, amount_cents)
SELECT f.id, leg.line, leg.debit, leg.credit, leg.cents
FROM facts f CROSS JOIN LATERAL (VALUES
    ('top_up', 0, f.clearing, f.wallet, f.gross),
    ('settlement', 0, f.balance, f.clearing, f.gross - (f.gross * 29 / 1000 + 30)),
    ('settlement', 1, f.fees, f.clearing, f.gross * 29 / 1000 + 30),
    ('gift', 0, f.wallet, f.pending, f.gross * 7000 / 10000),
    ('gift', 1, f.wallet, f.gifts, f.gross - f.gross * 7000 / 10000),
    ('hold', 0, f.wallet, f.reserved, f.gross),
    ('capture', 0, f.reserved, f.pending, f.share),
    ('capture', 1, f.reserved, f.readings, f.gross - f.share),
    ('capture', 2, f.wallet, f.reserved, f.gross),
    ('release', 0, f.reserved, f.wallet, f.gross),
    ('matured', 0, f.pending, f.payable, f.gross),
    ('payout_started', 0, f.payable, f.paying, f.gross),
    ('payout_sent', 0, f.paying, f.clearing, f.gross),
    ('settlement_out', 0, f.clearing, f.balance, f.gross)
) AS leg (kind, line, debit, credit, cents)
WHERE leg.kind = f.kind AND leg.cents > 0
ORDER BY f.at, f.id, leg.line
"""
_LOTS: Final = """
INSERT INTO ledger_lot (id, about, reader_id, earned_cents, refunded_cents, disputed_cents,
    state, matures_at)
SELECT lot_id, about, reader_id, earned, 0, 0,
    CASE WHEN matures_at < %(end)s THEN 'payable' ELSE 'pending' END, matures_at
FROM (
    SELECT lot_id, 'session:' || id AS about, reader_id, earned, matures_at
    FROM seed_session WHERE minutes > 0
    UNION ALL
    SELECT gift_lot_id, 'gift:' || gift_id, reader_id, gift_cents * 7000 / 10000,
        begun_at + interval '1 day'
    FROM seed_session WHERE gift_cents > 0
) AS lots
"""
_COUNT: Final = """
UPDATE ledger_pot SET debits_cents = sums.debits, credits_cents = sums.credits
FROM (
    SELECT pot_id, sum(debit)::bigint AS debits, sum(credit)::bigint AS credits FROM (
        SELECT debit_pot_id AS pot_id, amount_cents AS debit, 0 AS credit FROM ledger_transfer
        UNION ALL
        SELECT credit_pot_id, 0, amount_cents FROM ledger_transfer
    ) AS sides GROUP BY pot_id
) AS sums
WHERE ledger_pot.id = sums.pot_id AND ledger_pot.owner_id IS NOT NULL
"""


def statements() -> list[str]:
    """In this order, after the readings; they read ``end`` too."""
    return [
        _POTS,
        _PAYOUTS,
        _MOVEMENTS,
        "ANALYZE seed_movement",
        _WRITE_MOVEMENTS,
        _WRITE_TRANSFERS,
        _LOTS,
        _COUNT,
    ]
