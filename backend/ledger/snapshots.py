"""Balances of the platform's own pots, which keep no counter.

A balance is the last nightly snapshot and the transfers since.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import connection, transaction

from backend.ledger.models import UNCOUNTED, Pot, PotKind, PotSnapshot

_SINCE: Final = """
SELECT
    coalesce((SELECT sum(amount_cents) FROM ledger_transfer
        WHERE debit_pot_id = %(pot)s AND seq > %(after)s AND seq <= %(to)s), 0)::bigint,
    coalesce((SELECT sum(amount_cents) FROM ledger_transfer
        WHERE credit_pot_id = %(pot)s AND seq > %(after)s AND seq <= %(to)s), 0)::bigint
"""
_END: Final = 2**63 - 1


def balance_of(kind: PotKind) -> int:
    """``credits - debits`` of one of the platform's pots, in cents."""
    pot = Pot.objects.filter(kind=kind, owner=None, currency=settings.CURRENCY).first()
    if pot is None:
        return 0
    debits_cents, credits_cents = _moved(pot, up_to_seq=_END)
    return credits_cents - debits_cents


def take(*, at: datetime) -> int:
    """Snap every uncounted pot that has moved; how many there were."""
    up_to_seq = _clean_cut()
    snapped = 0
    for pot in Pot.objects.filter(kind__in=UNCOUNTED):
        debits_cents, credits_cents = _moved(pot, up_to_seq=up_to_seq)
        if debits_cents or credits_cents:
            _, is_new = PotSnapshot.objects.get_or_create(
                pot=pot,
                up_to_seq=up_to_seq,
                defaults={
                    "debits_cents": debits_cents,
                    "credits_cents": credits_cents,
                    "at": at,
                },
            )
            snapped += is_new
    return snapped


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


def _moved(pot: Pot, *, up_to_seq: int) -> tuple[int, int]:
    last = pot.snapshots.filter(up_to_seq__lte=up_to_seq).order_by("-up_to_seq").first()
    after = last.up_to_seq if last else 0
    with connection.cursor() as cursor:
        cursor.execute(_SINCE, {"pot": pot.pk, "after": after, "to": up_to_seq})
        debits_cents, credits_cents = cursor.fetchone()
    if last:
        return last.debits_cents + debits_cents, last.credits_cents + credits_cents
    return debits_cents, credits_cents
