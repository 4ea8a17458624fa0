"""Questions about what readers are paid. Amounts are cents; nothing here locks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Count, F, QuerySet, Sum

from backend.ledger.models import Lot, Movement, Pot, PotKind, Transfer
from backend.ledger.selectors import earnings_of

_K = Movement.Kind
DUE_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class Payout:
    """How far one payout is, over all its tries."""

    reader_id: UUID
    in_flight_cents: int
    sent_cents: int
    reversed_cents: int


@dataclass(frozen=True, slots=True)
class Due:
    """A reader who is owed at least the minimum."""

    reader_id: UUID
    payable_cents: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a reader's statement: a lot earned, money given back, a payout sent.

    ``cents`` is signed; ``gross_cents`` is what the client paid, or 0 where that is no matter.
    """

    at: datetime
    kind: str
    about: str
    cents: int
    gross_cents: int
    words: str

    @property
    def label(self) -> str:
        return str(_K(self.kind).label)


@dataclass(frozen=True, slots=True)
class Totals:
    """What a reader earned and was paid in one stretch of time, e.g. a year for their taxes.

    ``gross_cents``: what clients paid for it. ``net_cents``: the reader's part, less what was
    given back. ``paid_cents``: what was sent, less what was taken back.
    """

    gross_cents: int
    net_cents: int
    paid_cents: int


def payout(payout_id: UUID) -> Payout | None:
    """One payout as the ledger sees it; None when it never began."""
    about = payout_name(payout_id)
    steps = Movement.objects.filter(
        about=about,
        kind__in=[_K.PAYOUT_STARTED, _K.PAYOUT_SENT, _K.PAYOUT_REFUSED, _K.PAYOUT_REVERSED],
    )
    cents = dict(steps.values_list("kind").annotate(Sum("gross_cents")))
    if _K.PAYOUT_STARTED.value not in cents:
        return None
    first = Transfer.objects.filter(
        movement__about=about, movement__kind=_K.PAYOUT_STARTED, line=0
    ).values_list("credit_pot__owner_id", flat=True)
    sent, refused = cents.get(_K.PAYOUT_SENT.value, 0), cents.get(_K.PAYOUT_REFUSED.value, 0)
    return Payout(
        reader_id=first[0],
        in_flight_cents=cents[_K.PAYOUT_STARTED.value] - sent - refused,
        sent_cents=sent,
        reversed_cents=cents.get(_K.PAYOUT_REVERSED.value, 0),
    )


def payout_name(payout_id: UUID) -> str:
    """What movements of one payout are about."""
    return f"payout:{payout_id}"


def due(*, minimum_cents: int, after: UUID | None = None, limit: int = DUE_MAX) -> list[Due]:
    """Readers with at least ``minimum_cents`` payable, by id, those after ``after`` only.

    What it says may change until a payout begins; ``start_payout`` decides under the lock.
    """
    payable = _payable(minimum_cents).order_by("owner_id")
    if after is not None:
        payable = payable.filter(owner_id__gt=after)
    rows = payable.values_list("owner_id", F("credits_cents") - F("debits_cents"))
    return [Due(reader_id, cents) for reader_id, cents in rows[:limit] if reader_id]


def due_in_all(*, minimum_cents: int) -> tuple[int, int]:
    """How many readers have at least ``minimum_cents`` payable, and how much together."""
    sums = _payable(minimum_cents).aggregate(
        readers=Count("id"), cents=Sum(F("credits_cents") - F("debits_cents"))
    )
    return sums["readers"], int(sums["cents"] or 0)


def _payable(minimum_cents: int) -> QuerySet[Pot]:
    return Pot.objects.filter(
        kind=PotKind.READER_PAYABLE,
        currency=settings.CURRENCY,
        credits_cents__gte=F("debits_cents") + max(minimum_cents, 1),
    )


def lots_of(reader_id: UUID) -> QuerySet[Lot]:
    """What a reader earned, one row for each reading, gift or door, newest first."""
    return Lot.objects.filter(reader=reader_id).order_by("-id")


def expected_cents(reader_id: UUID, *, until: datetime) -> int:
    """What a payout at ``until`` would carry: payable and by then matured, less what is owed.

    The payout itself asks its minimum; this is for pages that look ahead.
    """
    has = earnings_of(reader_id)
    coming = maturing_cents(reader_id, until=until)
    return max(0, has.payable_cents + coming - has.debt_cents)


def maturing_cents(reader_id: UUID, *, until: datetime) -> int:
    """What becomes payable of a reader's pending earnings up to and including ``until``."""
    lots = Lot.objects.filter(reader=reader_id, state=Lot.State.PENDING, matures_at__lte=until)
    return int(lots.aggregate(cents=Sum(F("earned_cents") - F("refunded_cents")))["cents"] or 0)


STATEMENT_LINES_MAX: Final = 10_000
# The lines that carry money into a reader's pots or out of them; what moves between two pots
# of the reader (maturing, freezing, a payout begun) is no line of a statement.
LINES: Final = """
WITH mine AS (
    SELECT id FROM ledger_pot
    WHERE owner_id = %(reader)s AND currency = %(currency)s AND kind LIKE 'reader_%%'
), touched AS (
    SELECT movement_id FROM ledger_transfer
    WHERE line = 0 AND debit_pot_id IN (SELECT id FROM mine)
    UNION
    SELECT movement_id FROM ledger_transfer
    WHERE line = 0 AND credit_pot_id IN (SELECT id FROM mine)
)
SELECT max(m.at) AS at, min(m.kind) AS kind, m.about, sum(net.cents)::bigint AS cents,
    sum(CASE WHEN m.kind = ANY(%(earning)s) THEN m.gross_cents ELSE 0 END)::bigint AS gross,
    CASE WHEN min(m.kind) = ANY(%(in_words)s) THEN min(m.reason) ELSE '' END AS words
FROM touched
JOIN ledger_movement m ON m.id = touched.movement_id
CROSS JOIN LATERAL (
    SELECT sum(t.amount_cents * ((t.credit_pot_id IN (SELECT id FROM mine))::int
        - (t.debit_pot_id IN (SELECT id FROM mine))::int)) AS cents
    FROM ledger_transfer t WHERE t.movement_id = m.id
) AS net
WHERE m.at >= %(since)s AND m.at < %(until)s AND net.cents <> 0
GROUP BY m.about, CASE WHEN m.kind IN ('capture', 'free_seconds') THEN '' ELSE m.id::text END
"""
_STATEMENT: Final = f"{LINES} ORDER BY at, about LIMIT {STATEMENT_LINES_MAX}"
_TOTALS: Final = f"""
SELECT coalesce(sum(gross), 0)::bigint,
    coalesce(sum(cents) FILTER (WHERE kind <> ALL(%(paying)s)), 0)::bigint,
    coalesce(-sum(cents) FILTER (WHERE kind = ANY(%(paying)s)), 0)::bigint
FROM ({LINES}) AS lines
"""  # noqa: S608  (constants of ours)


def statement(reader_id: UUID, *, since: datetime, until: datetime) -> list[Line]:
    """A reader's lines from ``since`` to before ``until``, oldest first; a reading is one line."""
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, asked(reader_id, since, until))
        return [Line(*row) for row in cursor.fetchall()]


def totals(reader_id: UUID, *, since: datetime, until: datetime) -> Totals:
    """The sums of a reader's statement, however many lines it has."""
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS, asked(reader_id, since, until))
        return Totals(*cursor.fetchone())


def asked(
    reader_id: UUID, since: datetime, until: datetime
) -> dict[str, str | UUID | datetime | list[str]]:
    return {
        "reader": reader_id,
        "currency": settings.CURRENCY,
        "earning": [str(kind) for kind in (_K.CAPTURE, _K.GIFT, _K.STREAM_PASS)],
        "in_words": [str(kind) for kind in (_K.GIFT, _K.STREAM_PASS, _K.PASS_REFUND)],
        "paying": [str(kind) for kind in (_K.PAYOUT_SENT, _K.PAYOUT_REVERSED)],
        "since": since,
        "until": until,
    }
