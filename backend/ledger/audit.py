"""Proofs that the ledger is sound (money.md §3.3). Each says what it found, row by row.

Apps above add what only they know (a finished session holds nothing) with ``@audit.proof``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.models import F, Sum

from backend.ledger import snapshots
from backend.ledger.models import CREDIT_NORMAL, DEBIT_NORMAL, UNCOUNTED, Pot, PotKind

FINDINGS_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must not be. ``proof`` names the rule, ``what`` the row."""

    proof: str
    what: str

    def __str__(self) -> str:
        return f"{self.proof}: {self.what}"


Proof = Callable[[datetime], Iterable[Finding]]
_proofs: list[Proof] = []


def proof(check: Proof) -> Proof:
    """Register one more proof, run by every audit."""
    if check not in _proofs:
        _proofs.append(check)
    return check


def proofs(at: datetime, *, of: str = "") -> list[Finding]:
    """Run every proof, or those of the app ``of``. An empty list means that the ledger is sound."""
    chosen = [check for check in _proofs if check.__module__.startswith(of)]
    return [finding for check in chosen for finding in check(at)]


def alerts(at: datetime) -> list[Finding]:
    """What is no error but wants a person: the platform owes more than it has."""
    platform = snapshots.balances()
    assets = -sum(
        platform[kind] for kind in (PotKind.STRIPE_BALANCE, PotKind.STRIPE_CLEARING, PotKind.BANK)
    )
    owed = Pot.objects.filter(kind__in=CREDIT_NORMAL).exclude(kind=PotKind.CLIENT_PROMO)
    total = owed.aggregate(cents=Sum(F("credits_cents") - F("debits_cents")))
    liabilities = int(total["cents"] or 0)
    if assets >= liabilities:
        return []
    return [Finding("solvency", f"{liabilities} cents are owed, {assets} are there, at {at}")]


def rule(name: str, sql: str, params: Sequence[list[str] | str] = ()) -> None:
    """A proof that is one query: each row it returns is a finding, in words."""

    def check(_: datetime) -> Iterable[Finding]:
        with connection.cursor() as cursor:
            cursor.execute(f"{sql} LIMIT {FINDINGS_MAX}", list(params) or None)
            return [Finding(name, str(what)) for (what,) in cursor.fetchall()]

    proof(check)


rule(
    "the counters are the sum of the transfers",
    """
    WITH sides AS (
        SELECT debit_pot_id AS pot_id, amount_cents AS debit, 0 AS credit FROM ledger_transfer
        UNION ALL
        SELECT credit_pot_id, 0, amount_cents FROM ledger_transfer
    ), sums AS (
        SELECT pot_id, sum(debit) AS debits, sum(credit) AS credits FROM sides GROUP BY pot_id
    )
    SELECT 'pot ' || p.id || ' (' || p.kind || ') counts ' || p.debits_cents || '/'
        || p.credits_cents || ', its transfers ' || coalesce(s.debits, 0) || '/'
        || coalesce(s.credits, 0)
    FROM ledger_pot p LEFT JOIN sums s ON s.pot_id = p.id
    WHERE NOT p.kind = ANY(%s)
        AND (p.debits_cents <> coalesce(s.debits, 0) OR p.credits_cents <> coalesce(s.credits, 0))
    """,
    [list(map(str, UNCOUNTED))],
)
rule(
    "no pot is overdrawn",
    """
    SELECT 'pot ' || id || ' (' || kind || ') counts ' || debits_cents || '/' || credits_cents
    FROM ledger_pot
    WHERE (kind = ANY(%s) AND debits_cents > credits_cents)
        OR (kind = ANY(%s) AND credits_cents > debits_cents)
        OR (kind = ANY(%s) AND (debits_cents <> 0 OR credits_cents <> 0))
    """,
    [list(map(str, kinds)) for kinds in (CREDIT_NORMAL, DEBIT_NORMAL, UNCOUNTED)],
)
rule(
    "every transfer has its movement and its pots",
    """
    SELECT 'transfer ' || t.seq || ' of movement ' || t.movement_id
    FROM ledger_transfer t
    LEFT JOIN ledger_movement m ON m.id = t.movement_id
    LEFT JOIN ledger_pot d ON d.id = t.debit_pot_id
    LEFT JOIN ledger_pot c ON c.id = t.credit_pot_id
    WHERE m.id IS NULL OR d.id IS NULL OR c.id IS NULL
        OR d.currency <> m.currency OR c.currency <> m.currency
    """,
)
rule(
    "the first line of a movement touches everybody",
    """
    WITH later AS (
        SELECT t.movement_id, p.owner_id
        FROM ledger_transfer t JOIN ledger_pot p ON p.id = t.debit_pot_id WHERE t.line > 0
        UNION
        SELECT t.movement_id, p.owner_id
        FROM ledger_transfer t JOIN ledger_pot p ON p.id = t.credit_pot_id WHERE t.line > 0
    )
    SELECT 'movement ' || later.movement_id || ' concerns ' || later.owner_id
    FROM later
    JOIN ledger_transfer f ON f.movement_id = later.movement_id AND f.line = 0
    JOIN ledger_pot fd ON fd.id = f.debit_pot_id
    JOIN ledger_pot fc ON fc.id = f.credit_pot_id
    WHERE later.owner_id IS NOT NULL AND later.owner_id IS DISTINCT FROM fd.owner_id
        AND later.owner_id IS DISTINCT FROM fc.owner_id
    """,
)
# Where the gross of each kind of movement must be seen.
rule(
    "the legs of a movement add up to its gross",
    """
    WITH rules (kind, side, pots) AS (VALUES
        ('top_up', 'debit', '{stripe_clearing}'::text[]),
        ('suspense', 'credit', '{suspense}'),
        ('suspense_out', 'credit', '{stripe_clearing}'),
        ('settlement', 'credit', '{stripe_clearing}'),
        ('hold', 'credit', '{client_reserved}'),
        ('capture', 'debit', '{client_reserved}'),
        ('release', 'debit', '{client_reserved}'),
        ('free_seconds', 'credit', '{reader_pending}'),
        ('promo_grant', 'credit', '{client_promo}'),
        ('gift', 'debit', '{client_wallet}'),
        ('stream_pass', 'debit', '{client_wallet}'),
        ('pass_refund', 'credit', '{client_wallet}'),
        ('matured', 'debit', '{reader_pending}'),
        ('payout_started', 'credit', '{reader_paying}'),
        ('payout_sent', 'debit', '{reader_paying}'),
        ('payout_refused', 'debit', '{reader_paying}'),
        ('payout_reversed', 'debit', '{stripe_clearing}'),
        ('refund', 'credit', '{client_wallet,client_promo}'),
        ('refund_by_platform', 'credit', '{client_wallet,client_promo}'),
        ('refund_by_reader', 'credit', '{client_wallet,client_promo}'),
        ('withdrawal', 'credit', '{refund_payable}'),
        ('card_refund', 'debit', '{refund_payable}'),
        ('card_refund_failed', 'credit', '{client_wallet}'),
        ('dashboard_refund', 'credit', '{stripe_clearing}'),
        ('chargeback_lost', 'credit', '{dispute_receivable}'),
        ('settlement_out', 'credit', '{stripe_balance}'),
        ('settlement_back', 'debit', '{stripe_balance}'),
        ('withheld', 'debit', '{dispute_receivable}'),
        ('reinstated', 'credit', '{dispute_receivable}')
    ), sides AS (
        SELECT movement_id, 'debit' AS side, debit_pot_id AS pot_id, amount_cents
        FROM ledger_transfer
        UNION ALL
        SELECT movement_id, 'credit', credit_pot_id, amount_cents FROM ledger_transfer
    ), legs AS (
        SELECT s.movement_id, sum(s.amount_cents) AS cents
        FROM sides s
        JOIN ledger_movement m ON m.id = s.movement_id
        JOIN ledger_pot p ON p.id = s.pot_id
        JOIN rules r ON r.kind = m.kind AND r.side = s.side AND p.kind = ANY(r.pots)
        GROUP BY s.movement_id
    )
    SELECT m.kind || ' ' || m.key || ' says ' || m.gross_cents || ', its legs '
        || coalesce(legs.cents, 0)
    FROM ledger_movement m JOIN rules r ON r.kind = m.kind
    LEFT JOIN legs ON legs.movement_id = m.id
    WHERE m.gross_cents <> coalesce(legs.cents, 0)
    """,
)
rule(
    "nobody owes us beside money they could spend",
    """
    SELECT d.kind || ' of ' || d.owner_id || ' is ' || d.debits_cents - d.credits_cents
        || ' beside ' || s.kind || ' of ' || s.credits_cents - s.debits_cents
    FROM ledger_pot d JOIN ledger_pot s ON s.owner_id = d.owner_id AND s.currency = d.currency
    WHERE d.debits_cents > d.credits_cents AND s.credits_cents > s.debits_cents
        AND ((d.kind = 'client_receivable' AND s.kind = 'client_wallet')
            OR (d.kind = 'reader_receivable' AND s.kind = 'reader_payable'))
    """,
)
rule(
    "what Stripe settled is what we had booked",
    """
    SELECT s.key || ' settles ' || s.cents || ' of ' || s.about || ', booked '
        || coalesce(b.gross_cents::text, 'nothing')
    FROM (
        SELECT key, about, sum(gross_cents) OVER (PARTITION BY about) AS cents
        FROM ledger_movement WHERE kind = 'settlement'
    ) AS s
    LEFT JOIN ledger_movement b ON b.key = s.about || ':credit'
    WHERE b.gross_cents IS DISTINCT FROM s.cents
    """,
)
rule(
    "unfinished lots are covered by what is pending",
    """
    SELECT 'reader ' || l.reader_id || ': lots of ' || sum(l.earned_cents - l.refunded_cents)
        || ', pending ' || coalesce(max(p.credits_cents - p.debits_cents), 0)
    FROM ledger_lot l
    LEFT JOIN ledger_pot p ON p.owner_id = l.reader_id AND p.kind = 'reader_pending'
        AND p.currency = %s
    WHERE l.state = 'pending'
    GROUP BY l.reader_id
    HAVING sum(l.earned_cents - l.refunded_cents)
        > coalesce(max(p.credits_cents - p.debits_cents), 0)
    """,
    [settings.CURRENCY],
)
rule(
    "the database still refuses changes",
    """
    SELECT expected || ' is missing or switched off'
    FROM unnest(ARRAY['a_movement_never_changes', 'a_transfer_never_changes',
        'a_pot_never_goes']) AS expected
    WHERE NOT EXISTS (
        SELECT FROM pg_trigger WHERE tgname = expected AND tgenabled IN ('O', 'A'))
    """,
)
rule(
    "the database still checks",
    """
    SELECT expected || ' is missing or not validated'
    FROM unnest(ARRAY['no_pot_is_overdrawn', 'one_pot_each', 'a_key_moves_money_once',
        'a_transfer_moves_something', 'a_transfer_joins_two_pots',
        'a_pot_is_owned_or_the_platforms']) AS expected
    WHERE NOT EXISTS (
        SELECT FROM pg_constraint WHERE conname = expected AND convalidated
        UNION ALL
        SELECT FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid
        WHERE c.relname = expected AND i.indisvalid AND i.indisunique)
    """,
)
