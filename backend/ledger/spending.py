"""What clients spent, and what their own limits leave them. One place for the rule.

Spent is what was captured for readings and paid for gifts and doors within the span, less what
came back of it, and what is held for a running reading, because it is about to be spent.
Asked under the lock of the client's pots, the answer holds until the transaction ends (ADR 0015).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection

from backend.accounts.models import SpendLimit
from backend.core.among import among
from backend.core.templatetags.money import money
from backend.ledger.errors import SpendLimitReached

Span = SpendLimit.Span
SPANS: Final = tuple(Span)


@dataclass(frozen=True, slots=True)
class Room:
    """What the tightest of a client's own limits leaves."""

    span: Span
    limit_cents: int
    spent_cents: int

    @property
    def cents(self) -> int:
        return max(0, self.limit_cents - self.spent_cents)


# First lines only: the first line of whatever is spent leaves a pot of the client.
_SPENT: Final = """
WITH mine AS (
    SELECT id, owner_id, kind, credits_cents - debits_cents AS held FROM ledger_pot
    WHERE owner_id = ANY(%(clients)s::uuid[]) AND currency = %(currency)s
        AND kind IN ('client_wallet', 'client_promo', 'client_reserved')
), paid AS (
    SELECT mine.owner_id, m.about,
        coalesce(sum(m.gross_cents) FILTER (WHERE m.at > %(day)s), 0) AS day,
        coalesce(sum(m.gross_cents) FILTER (WHERE m.at > %(week)s), 0) AS week,
        sum(m.gross_cents) AS month
    FROM mine
    JOIN ledger_transfer t ON t.debit_pot_id = mine.id AND t.line = 0
    JOIN ledger_movement m ON m.id = t.movement_id
    WHERE m.kind IN ('capture', 'gift', 'stream_pass') AND m.at > %(month)s
    GROUP BY mine.owner_id, m.about
), kept AS (
    SELECT paid.*, (
        SELECT coalesce(sum(r.gross_cents), 0) FROM ledger_movement r
        WHERE r.about = paid.about
            AND r.kind IN ('refund', 'refund_by_platform', 'refund_by_reader')
    ) + (
        SELECT coalesce(sum(r.gross_cents), 0) FROM ledger_movement r
        WHERE r.key = paid.about || ':refund'
    ) AS back
    FROM paid
)
SELECT owner_id, sum(day)::bigint, sum(week)::bigint, sum(month)::bigint FROM (
    SELECT owner_id, greatest(0, day - back) AS day, greatest(0, week - back) AS week,
        greatest(0, month - back) AS month FROM kept
    UNION ALL
    SELECT owner_id, held, held, held FROM mine WHERE kind = 'client_reserved'
) spent GROUP BY owner_id
"""


def spent_by(client_ids: Iterable[UUID], *, at: datetime) -> dict[UUID, dict[Span, int]]:
    """What each client spent in the day, week and month before ``at``; one query."""
    since = {span.value: at - span.length for span in SPANS}
    spent: dict[UUID, dict[Span, int]] = defaultdict(lambda: dict.fromkeys(SPANS, 0))
    with connection.cursor() as cursor:
        cursor.execute(
            _SPENT, {"clients": list(client_ids), "currency": settings.CURRENCY, **since}
        )
        for owner_id, *cents in cursor.fetchall():
            spent[owner_id] = dict(zip(SPANS, cents, strict=True))
    return spent


def rooms_of(client_ids: Iterable[UUID], *, at: datetime) -> dict[UUID, Room]:
    """What the limits of those clients leave who have any; for most there is nothing to ask."""
    limits: dict[UUID, list[tuple[Span, int]]] = defaultdict(list)
    for row in SpendLimit.objects.filter(client__in=among(client_ids)):
        cents = row.at(at)
        if cents is not None:
            limits[row.client_id].append((Span(row.span), cents))
    if not limits:
        return {}
    spent = spent_by(limits, at=at)
    return {
        client_id: min(
            (Room(span, cents, spent[client_id][span]) for span, cents in own),
            key=lambda room: room.cents,
        )
        for client_id, own in limits.items()
    }


def room_of(client_id: UUID, *, at: datetime) -> Room | None:
    """What a client's own limits leave; None: they set none."""
    return rooms_of([client_id], at=at).get(client_id)


def refuse_beyond(client_id: UUID, cents: int, *, at: datetime) -> None:
    """Stop here if ``cents`` more would be above a limit of the client's own.

    :raises SpendLimitReached: they would.
    """
    room = room_of(client_id, at=at)
    if room is not None and cents > room.cents:
        raise reached(room, cents)


def reached(room: Room, cents: int) -> SpendLimitReached:
    """The refusal of ``cents`` that do not fit into ``room``."""
    return SpendLimitReached(
        f"Your own limit is {money(room.limit_cents)} in {room.span.label}; "
        f"{money(room.cents)} is left.",
        span=room.span.value,
        limit_cents=room.limit_cents,
        spent_cents=room.spent_cents,
        left_cents=room.cents,
        needed_cents=cents,
    )
