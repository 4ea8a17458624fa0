"""Earnings that have waited long enough become payable, lot by lot (movement 8), set-based."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

import structlog
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from backend.ledger import pots
from backend.ledger.errors import LedgerBroken
from backend.ledger.models import Lot, Movement, Pot, PotKind
from backend.ledger.posting import Entry, Fact, Line, post_many

log = structlog.get_logger(__name__)
MATURING_BATCH: Final = 500
_KINDS: Final = [PotKind.READER_PENDING, PotKind.READER_PAYABLE, PotKind.READER_RECEIVABLE]
_LOCK: Final = """
WITH locked AS MATERIALIZED (
    SELECT id, owner_id, kind, debits_cents - credits_cents AS owed FROM ledger_pot
    WHERE owner_id = ANY(%s::uuid[]) AND kind = ANY(%s) AND currency = %s
    ORDER BY id FOR NO KEY UPDATE
)
SELECT owner_id,
    max(id) FILTER (WHERE kind = 'reader_pending'),
    max(id) FILTER (WHERE kind = 'reader_payable'),
    max(id) FILTER (WHERE kind = 'reader_receivable'),
    max(owed) FILTER (WHERE kind = 'reader_receivable')
FROM locked GROUP BY owner_id
"""


class _Pots(NamedTuple):
    """The locked pots of one reader (ids), and what they owe us."""

    pending_id: int
    payable_id: int
    debt_id: int
    owed_cents: int


@transaction.atomic
def mature_due(
    *, at: datetime, limit: int = MATURING_BATCH, apart_from: Collection[UUID] = ()
) -> int:
    """Make at most ``limit`` lots payable whose time has come; say how many there were.

    reader pending -> reader payable, and from there first to what the reader owes

    Disputed lots and those held for staff are left alone. Two calls at once share the work:
    neither waits for a lot of the other. To be repeated until it answers 0.
    """
    lots = _due(at, limit, apart_from)
    locked = _lock({lot.reader_id for lot in lots})
    entries, owed = [], {reader_id: held.owed_cents for reader_id, held in locked.items()}
    for lot in lots:
        cents = lot.left_cents
        debt = min(cents, owed[lot.reader_id])
        owed[lot.reader_id] -= debt
        entries.append(_entry(lot, locked[lot.reader_id], debt, at))
    post_many(entries, uncounted=[])
    Lot.objects.filter(id__in=[lot.pk for lot in lots]).update(state=Lot.State.PAYABLE)
    return len(lots)


def mature_all(*, at: datetime) -> int:
    """Make everything payable whose time has come, batch by batch; how many lots.

    A lot that cannot be booked fails its batch. The batch is then halved until that lot stands
    alone; it is left out, and the alerting sees it, so that the others get their money.
    """
    count, limit, left_out = 0, MATURING_BATCH, set[UUID]()
    while True:
        try:
            done = mature_due(at=at, limit=limit, apart_from=left_out)
        except (IntegrityError, LedgerBroken):
            if limit == 1 and (lot := _all_due(at, left_out).first()):
                left_out.add(lot.pk)
                log.exception("lot_not_matured", lot_id=str(lot.pk))
            limit = max(1, limit // 2)
            continue
        if not done:
            return count
        count, limit = count + done, min(MATURING_BATCH, limit * 2)


def _all_due(at: datetime, apart_from: Collection[UUID]) -> QuerySet[Lot]:
    due = Lot.objects.filter(state=Lot.State.PENDING, matures_at__lte=at)
    return due.exclude(pk__in=apart_from).order_by("matures_at", "pk")


def _due(at: datetime, limit: int, apart_from: Collection[UUID]) -> list[Lot]:
    return list(_all_due(at, apart_from).select_for_update(skip_locked=True)[:limit])


def _entry(lot: Lot, held: _Pots, debt_cents: int, at: datetime) -> Entry:
    lines = [
        Line(held.pending_id, held.payable_id, lot.left_cents),
        Line(held.payable_id, held.debt_id, debt_cents),
    ]
    fact = Fact(Movement.Kind.MATURED.value, f"lot:{lot.pk}:mature", lot.about, lot.left_cents, at)
    return Entry(fact, [line for line in lines if line.amount_cents])


def _lock(reader_ids: Iterable[UUID]) -> dict[UUID, _Pots]:
    """Lock the three pots of each reader in the order of their ids, making missing ones."""
    readers = sorted(reader_ids)
    locked = _select(readers)
    if any(None in held for held in locked.values()) or len(locked) < len(readers):
        _make(readers)
        locked = _select(readers)
    return locked


def _select(readers: Sequence[UUID]) -> dict[UUID, _Pots]:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [list(readers), list(map(str, _KINDS)), settings.CURRENCY])
        return {reader_id: _Pots(*held) for reader_id, *held in cursor.fetchall()}


def _make(readers: Sequence[UUID]) -> None:
    names = [pots.owned(kind, reader_id) for reader_id in readers for kind in _KINDS]
    Pot.objects.bulk_create(
        [
            Pot(kind=name.kind, owner_id=name.owner_id, currency=name.currency)
            for name in sorted(names, key=str)
        ],
        ignore_conflicts=True,
    )
