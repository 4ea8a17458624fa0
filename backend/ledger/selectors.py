"""Questions about money. All amounts are cents; nothing here locks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet

from backend.ledger import snapshots
from backend.ledger.models import Flag, Movement, Pot, PotKind, PromoGrant

ACTIVITY_ROWS_MAX: Final = 10_000


@dataclass(frozen=True, slots=True)
class Balance:
    """What a client has. ``held_cents`` belongs to a running reading, ``frozen_cents`` waits for
    a bank.
    """

    cash_cents: int
    promo_cents: int
    held_cents: int
    debt_cents: int
    frozen_cents: int = 0

    @property
    def spendable_cents(self) -> int:
        return self.cash_cents + self.promo_cents


@dataclass(frozen=True, slots=True)
class Earnings:
    """What a reader has earned, by how far it is on its way.

    ``debt_cents``: what was given back to clients after it had been paid out.
    """

    pending_cents: int
    payable_cents: int
    disputed_cents: int
    paying_cents: int
    debt_cents: int = 0


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """One line of a person's activity, newest first; a reading is one line.

    ``balance_cents`` is all that the person has after it, held money included. ``seq`` is
    the cursor for the rows before it. ``words`` say what a gift or a door was, else empty.
    """

    id: UUID
    at: datetime
    kind: str
    amount_cents: int
    balance_cents: int
    about: str
    seq: int
    words: str = ""

    @property
    def label(self) -> str:
        return self.words or str(Movement.Kind(self.kind).label)


@dataclass(frozen=True, slots=True)
class CaptureLine:
    """One step of a reading that was charged, up to ``billable_s`` seconds of it."""

    at: datetime
    billable_s: int
    cents: int
    reader_cents: int


def balance_of(client_id: UUID) -> Balance:
    """What a client can spend, what is held and what is owed."""
    held = _held([client_id])
    return Balance(
        cash_cents=held.get((client_id, PotKind.CLIENT_WALLET), 0),
        promo_cents=held.get((client_id, PotKind.CLIENT_PROMO), 0),
        held_cents=held.get((client_id, PotKind.CLIENT_RESERVED), 0),
        debt_cents=-held.get((client_id, PotKind.CLIENT_RECEIVABLE), 0),
        frozen_cents=held.get((client_id, PotKind.CLIENT_FROZEN), 0),
    )


def spendable_of(client_ids: Iterable[UUID]) -> dict[UUID, int]:
    """What each of these clients could spend now, cash and credit together; one query."""
    left: dict[UUID, int] = defaultdict(int)
    for (owner_id, kind), cents in _held(client_ids).items():
        if owner_id and kind in (PotKind.CLIENT_WALLET, PotKind.CLIENT_PROMO):
            left[owner_id] += cents
    return left


def promo_parts(client_id: UUID, *, at: datetime) -> list[tuple[datetime, int]]:
    """A client's promotional credit as (its end, cents), what ends first being spent first."""
    left = balance_of(client_id).promo_cents
    valid = PromoGrant.objects.filter(client=client_id, expired_at=None, expires_at__gt=at)
    parts: dict[datetime, int] = {}
    for expires_at, cents in valid.order_by("-expires_at").values_list("expires_at", "cents"):
        if part := min(left, cents):
            parts[expires_at] = parts.get(expires_at, 0) + part
            left -= part
    return sorted(parts.items())


def earnings_of(reader_id: UUID) -> Earnings:
    """What a reader has earned and not been paid yet."""
    held = _held([reader_id])
    return Earnings(
        pending_cents=held.get((reader_id, PotKind.READER_PENDING), 0),
        payable_cents=held.get((reader_id, PotKind.READER_PAYABLE), 0),
        disputed_cents=held.get((reader_id, PotKind.READER_DISPUTED), 0),
        paying_cents=held.get((reader_id, PotKind.READER_PAYING), 0),
        debt_cents=-held.get((reader_id, PotKind.READER_RECEIVABLE), 0),
    )


def held_by(user_id: UUID) -> dict[str, int]:
    """What lies in each pot of one person, by the pot's kind; what they owe is below zero."""
    return {kind: cents for (_, kind), cents in _held([user_id]).items()}


def flags(state: str) -> QuerySet[Flag]:
    """For staff: flags in one state, newest first, with their lots and people."""
    found = Flag.objects.filter(state=state).order_by("-id")
    return found.select_related("lot__reader", "client", "decided_by")


def flags_of(user_id: UUID) -> QuerySet[Flag]:
    """For staff: flags about one person, on either side, newest first."""
    about = Flag.objects.filter(Q(client=user_id) | Q(lot__reader=user_id)).order_by("-id")
    return about.select_related("lot__reader", "client")


def open_flags() -> int:
    """How many flags wait for a decision."""
    return Flag.objects.filter(state=Flag.State.OPEN).count()


def movement_kinds() -> list[tuple[str, str]]:
    """Every kind of movement with what people call it, by that name."""
    return sorted(Movement.Kind.choices, key=lambda kind: str(kind[1]))


def platform_cents() -> dict[PotKind, int]:
    """``credits - debits`` of every pot of the platform."""
    return snapshots.balances()


# What comes into any pot of the person less what leaves one: holds and releases cancel out.
_ACTIVITY: Final = """
WITH mine AS (
    SELECT id FROM ledger_pot WHERE owner_id = %s AND currency = %s
), touched AS (
    SELECT movement_id FROM ledger_transfer
    WHERE line = 0 AND debit_pot_id IN (SELECT id FROM mine)
    UNION
    SELECT movement_id FROM ledger_transfer
    WHERE line = 0 AND credit_pot_id IN (SELECT id FROM mine)
), sides AS (
    SELECT t.movement_id, t.seq, t.amount_cents
        * ((t.credit_pot_id IN (SELECT id FROM mine))::int
            - (t.debit_pot_id IN (SELECT id FROM mine))::int) AS cents
    FROM touched JOIN ledger_transfer t ON t.movement_id = touched.movement_id
), net AS (
    SELECT movement_id, max(seq) AS seq, sum(cents)::bigint AS cents
    FROM sides GROUP BY movement_id HAVING sum(cents) <> 0
), rows AS (
    SELECT (array_agg(m.id ORDER BY net.seq))[1] AS id, max(m.at) AS at, min(m.kind) AS kind,
        sum(net.cents)::bigint AS cents, m.about, max(net.seq) AS seq,
        CASE WHEN min(m.kind) = ANY(%s) THEN min(m.reason) ELSE '' END AS words
    FROM net JOIN ledger_movement m ON m.id = net.movement_id
    GROUP BY m.about,
        CASE WHEN m.kind IN ('capture', 'free_seconds') THEN '' ELSE m.id::text END
), running AS (
    SELECT id, at, kind, cents, sum(cents) OVER (ORDER BY seq)::bigint, about, seq, words
    FROM rows
)
SELECT * FROM running WHERE seq < %s ORDER BY seq DESC LIMIT %s
"""
_END: Final = 2**63 - 1
# The kinds of the one line that a reading is; what came back of it later are lines of their own.
OF_READINGS: Final = frozenset({str(Movement.Kind.CAPTURE), str(Movement.Kind.FREE_SECONDS)})
# Their reasons are for the person who paid; those of adjustments are for staff.
_IN_WORDS: Final = [Movement.Kind.GIFT, Movement.Kind.STREAM_PASS, Movement.Kind.PASS_REFUND]


def activity_of(
    user_id: UUID, *, limit: int = ACTIVITY_ROWS_MAX, before_seq: int | None = None
) -> list[ActivityRow]:
    """A person's own lines, newest first, with the balance after each.

    :param before_seq: only lines older than the one with that ``seq``.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _ACTIVITY,
            [
                user_id,
                settings.CURRENCY,
                list(map(str, _IN_WORDS)),
                _END if before_seq is None else before_seq,
                min(limit, ACTIVITY_ROWS_MAX),
            ],
        )
        return [ActivityRow(*row) for row in cursor.fetchall()]


_CAPTURES: Final = """
SELECT m.at, split_part(m.key, ':', 4)::int AS billable_s, m.gross_cents,
    coalesce(sum(t.amount_cents) FILTER (WHERE p.kind = 'reader_pending'), 0)::bigint
FROM ledger_movement m
LEFT JOIN ledger_transfer t ON t.movement_id = m.id
LEFT JOIN ledger_pot p ON p.id = t.credit_pot_id
WHERE m.key LIKE %s
GROUP BY m.id ORDER BY billable_s
"""


def captures_of(session_id: UUID) -> list[CaptureLine]:
    """What a reading was charged, step by step; each step's own cents, not the total."""
    with connection.cursor() as cursor:
        cursor.execute(_CAPTURES, [f"sess:{session_id}:cap:%"])
        return [CaptureLine(*row) for row in cursor.fetchall()]


def _held(owner_ids: Iterable[UUID]) -> dict[tuple[UUID | None, str], int]:
    """``credits - debits`` of each pot of these people."""
    pots = Pot.objects.filter(owner__in=list(owner_ids), currency=settings.CURRENCY)
    return {
        (owner_id, kind): credited - debited
        for owner_id, kind, debited, credited in pots.values_list(
            "owner_id", "kind", "debits_cents", "credits_cents"
        )
    }
