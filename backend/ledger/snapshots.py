"""Balances of the platform's own pots, which keep no counter (ADR 0004).

A balance is the last nightly snapshot and the transfers since. All pots are snapped at one cut.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from backend.ledger.models import UNCOUNTED, Pot, PotKind, PotSnapshot

_MOVED: Final = """
WITH since AS (
    SELECT debit_pot_id, credit_pot_id, amount_cents FROM ledger_transfer
    WHERE seq > %(cut)s AND seq <= %(to)s
), sides AS (
    SELECT pot_id, debits_cents AS debits, credits_cents AS credits
    FROM ledger_potsnapshot WHERE up_to_seq = %(cut)s
    UNION ALL
    SELECT debit_pot_id, amount_cents, 0 FROM since
    UNION ALL
    SELECT credit_pot_id, 0, amount_cents FROM since
)
SELECT p.id, coalesce(sum(s.debits), 0)::bigint, coalesce(sum(s.credits), 0)::bigint
FROM ledger_pot p LEFT JOIN sides s ON s.pot_id = p.id
WHERE p.owner_id IS NULL AND p.currency = %(currency)s
GROUP BY p.id
"""
_END: Final = 2**63 - 1
# Of pages that were filled since the last vacuum this index knows nothing, so that every question
# for what came after the cut would read all of them.
_KNOW_ALL_PAGES: Final = "SELECT brin_summarize_new_values('transfers_by_order')"


def balances() -> dict[PotKind, int]:
    """``credits - debits`` of every pot of the platform, in cents."""
    moved = _moved(up_to_seq=_END)
    kinds = dict(Pot.objects.filter(id__in=moved).values_list("id", "kind"))
    found = {kinds[pot_id]: credited - debited for pot_id, (debited, credited) in moved.items()}
    return {kind: found.get(kind, 0) for kind in UNCOUNTED}


def take(*, at: datetime) -> int:
    """Snap every pot of the platform at one cut; how many, 0 when nothing moved since."""
    up_to_seq = _clean_cut()
    with connection.cursor() as cursor:
        cursor.execute(_KNOW_ALL_PAGES)
    if PotSnapshot.objects.filter(up_to_seq=up_to_seq).exists():
        return 0
    snaps = [
        PotSnapshot(
            pot_id=pot_id,
            up_to_seq=up_to_seq,
            debits_cents=debits_cents,
            credits_cents=credits_cents,
            at=at,
        )
        for pot_id, (debits_cents, credits_cents) in _moved(up_to_seq=up_to_seq).items()
    ]
    return len(PotSnapshot.objects.bulk_create(snaps, ignore_conflicts=True))


@transaction.atomic
def _clean_cut() -> int:
    """A ``seq`` below which every transfer is committed and no new one can appear.

    The lock waits for the writers under way and holds back new ones for a moment.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '10s'")
        cursor.execute("LOCK TABLE ledger_transfer IN SHARE MODE")
        cursor.execute(
            "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM ledger_transfer_seq"
        )
        return int(cursor.fetchone()[0])


def _moved(*, up_to_seq: int) -> dict[int, tuple[int, int]]:
    """What each pot of the platform had moved up to that transfer: ``(debits, credits)``.

    The cut is asked first: of a cut inside the statement the planner guesses that a third of all
    transfers come after it, and reads the whole table.
    """
    cut = PotSnapshot.objects.filter(up_to_seq__lte=up_to_seq).aggregate(seq=Max("up_to_seq"))
    asked = {"cut": cut["seq"] or 0, "to": up_to_seq, "currency": settings.CURRENCY}
    with connection.cursor() as cursor:
        cursor.execute(_MOVED, asked)
        return {pot_id: (debited, credited) for pot_id, debited, credited in cursor.fetchall()}
