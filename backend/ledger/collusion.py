"""Look through a day's gifts for money that goes in a circle, and hold what looks so.

The facts come from the ledger and from accounts, the rules are in ``suspicion``, the decision is
staff's (``flags``). Earnings mature after a day at the earliest, so a look every few minutes comes
in time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection, transaction

from backend.accounts import selectors as people
from backend.accounts.models import Trace, User
from backend.ledger import flags
from backend.ledger.models import Flag, Lot
from backend.ledger.suspicion import STRONG, Day, Limits, Sign, signs_of

log = structlog.get_logger(__name__)
DAY: Final = timedelta(days=1)
TRUSTED_FOR: Final = timedelta(days=30)  # what staff cleared of two people is not asked again
GIFTS_MAX: Final = 50_000

_GIFTS: Final = """
SELECT m.about, m.at, m.gross_cents, d.owner_id, c.owner_id
FROM ledger_movement m
JOIN ledger_transfer t ON t.movement_id = m.id AND t.line = 0
JOIN ledger_pot d ON d.id = t.debit_pot_id
JOIN ledger_pot c ON c.id = t.credit_pot_id
WHERE m.at > %s AND m.at <= %s AND m.kind = 'gift' AND c.kind = 'reader_pending'
ORDER BY m.id LIMIT %s
"""
# What a reader's clients paid in the day, by gifts, at doors and by the minute.
_PAID: Final = """
SELECT c.owner_id, sum(m.gross_cents)::bigint
FROM ledger_movement m
JOIN ledger_transfer t ON t.movement_id = m.id
JOIN ledger_pot c ON c.id = t.credit_pot_id
WHERE m.at > %s AND m.at <= %s AND m.kind IN ('gift', 'stream_pass', 'capture')
    AND c.kind = 'reader_pending' AND c.owner_id = ANY(%s)
GROUP BY c.owner_id
"""
_ADDED: Final = """
SELECT c.owner_id, m.at, m.gross_cents
FROM ledger_movement m
JOIN ledger_transfer t ON t.movement_id = m.id AND t.line = 0
JOIN ledger_pot c ON c.id = t.credit_pot_id
WHERE m.at > %s AND m.at <= %s AND m.kind = 'top_up' AND c.kind = 'client_wallet'
    AND c.owner_id = ANY(%s)
ORDER BY m.at
"""


class Given(NamedTuple):
    """One gift: of which lot, when, how much, between whom."""

    about: str
    at: datetime
    cents: int
    client_id: UUID
    reader_id: UUID


class Added(NamedTuple):
    """Money that came into a wallet."""

    client_id: UUID
    at: datetime
    cents: int


@dataclass(frozen=True)
class Facts:
    """One day's gifts, and all that the rules ask about their people."""

    gifts: dict[tuple[UUID, UUID], list[Given]]
    paid_cents: dict[UUID, int]
    added: dict[UUID, list[Added]]
    born: dict[UUID, datetime]


def limits() -> Limits:
    """The thresholds of the settings."""
    return Limits(
        much_cents=settings.SUSPICION_MUCH_CENTS,
        share_percent=settings.SUSPICION_SHARE_PERCENT,
        new_reader=timedelta(days=settings.SUSPICION_NEW_READER_DAYS),
        fresh_account=timedelta(hours=settings.SUSPICION_FRESH_ACCOUNT_HOURS),
        fresh_givers=settings.SUSPICION_FRESH_GIVERS,
        young_account=timedelta(days=settings.SUSPICION_YOUNG_ACCOUNT_DAYS),
        at_once=timedelta(minutes=settings.SUSPICION_AT_ONCE_MINUTES),
    )


def look(*, at: datetime) -> int:
    """Flag the gifts of the last day that look wrong; how many lots are held anew.

    A pair that staff cleared in the last 30 days is left alone. Looking again changes nothing.
    """
    facts = _gather(at)
    wanted = limits()
    held = 0
    fresh = _fresh_givers(facts, wanted)
    for (client_id, reader_id), gifts in facts.gifts.items():
        if facts.paid_cents[reader_id] * 100 < wanted.much_cents * wanted.share_percent:
            continue  # no rule can hold for so little
        signs = signs_of(_day(facts, gifts, fresh[reader_id], wanted), wanted)
        if signs and not _cleared_lately(client_id, reader_id, at):
            held += _flag(gifts, signs, at)
    return held


def _gather(at: datetime) -> Facts:
    with connection.cursor() as cursor:
        cursor.execute(_GIFTS, [at - DAY, at, GIFTS_MAX])
        found = [Given(*row) for row in cursor.fetchall()]
        clients = sorted({gift.client_id for gift in found})
        readers = sorted({gift.reader_id for gift in found})
        cursor.execute(_PAID, [at - DAY, at, readers])
        paid = dict(cursor.fetchall())
        cursor.execute(_ADDED, [at - DAY, at, clients])
        came = [Added(*row) for row in cursor.fetchall()]
    gifts: defaultdict[tuple[UUID, UUID], list[Given]] = defaultdict(list)
    for gift in found:
        gifts[gift.client_id, gift.reader_id].append(gift)
    added: defaultdict[UUID, list[Added]] = defaultdict(list)
    for money in came:
        added[money.client_id].append(money)
    born = User.objects.filter(pk__in=[*clients, *readers]).values_list("pk", "date_joined")
    return Facts(dict(gifts), paid, dict(added), dict(born))


def _day(facts: Facts, gifts: list[Given], fresh: dict[UUID, int], wanted: Limits) -> Day:
    client_id, reader_id = gifts[0].client_id, gifts[0].reader_id
    added = facts.added.get(client_id, [])
    last = gifts[-1].at
    given_cents = sum(gift.cents for gift in gifts)
    linked = people.linked(client_id, reader_id) if given_cents >= wanted.much_cents else ()
    return Day(
        given_cents=given_cents,
        reader_cents=facts.paid_cents[reader_id],
        client_age=last - facts.born[client_id],
        reader_age=last - facts.born[reader_id],
        fresh_givers=len(fresh),
        fresh_cents=sum(fresh.values()),
        added_cents=sum(money.cents for money in added),
        soonest=_soonest(added, gifts),
        shares_address=Trace.Kind.ADDRESS.value in linked,
    )


def _fresh_givers(facts: Facts, wanted: Limits) -> dict[UUID, dict[UUID, int]]:
    """For each reader, what each account that was new when it gave has given."""
    fresh: defaultdict[UUID, dict[UUID, int]] = defaultdict(dict)
    for (client_id, reader_id), gifts in facts.gifts.items():
        ages = [gift.at - facts.born[client_id] for gift in gifts]
        if min(ages) < wanted.fresh_account:
            fresh[reader_id][client_id] = sum(gift.cents for gift in gifts)
    return fresh


def _soonest(added: list[Added], gifts: list[Given]) -> timedelta | None:
    waits = [gift.at - money.at for gift in gifts for money in added if money.at <= gift.at]
    return min(waits, default=None)


def _cleared_lately(client_id: UUID, reader_id: UUID, at: datetime) -> bool:
    cleared = Flag.objects.filter(
        client_id=client_id,
        lot__reader_id=reader_id,
        state=Flag.State.CLEARED,
        decided_at__gt=at - TRUSTED_FOR,
    )
    return cleared.exists()


@transaction.atomic
def _flag(gifts: list[Given], signs: Iterable[Sign], at: datetime) -> int:
    """Flag the lots of these gifts; how many this call held."""
    signs = frozenset(signs)
    is_strong = bool(signs & STRONG)
    lots = Lot.objects.select_for_update().filter(about__in=[gift.about for gift in gifts])
    pending = lots.filter(state=Lot.State.PENDING).order_by("id")
    held = sum(
        flags.suspect(lot, client_id=gifts[0].client_id, signs=signs, is_strong=is_strong, at=at)
        for lot in pending
    )
    if held:
        log.warning("gifts_held", client=str(gifts[0].client_id), signs=sorted(signs), lots=held)
    return held
