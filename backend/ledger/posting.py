"""The only two writers of money: ``post`` for one movement, ``post_many`` for a batch."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from backend.ledger import pots
from backend.ledger.errors import InsufficientFunds, KeyReused, LedgerBroken
from backend.ledger.models import Movement, PotKind
from backend.ledger.pots import Locked, PotName

SPENDABLE = frozenset({str(PotKind.CLIENT_WALLET), str(PotKind.CLIENT_PROMO)})


class Leg(NamedTuple):
    """``amount_cents`` from one named pot to another. A leg of 0 is dropped."""

    debit: PotName
    credit: PotName
    amount_cents: int


class Line(NamedTuple):
    """A leg whose pots are known by id."""

    debit_id: int
    credit_id: int
    amount_cents: int


class Fact(NamedTuple):
    """What a movement says happened. ``key`` is made of facts and used once, ever."""

    kind: str
    key: str
    about: str
    gross_cents: int
    at: datetime
    currency: str = settings.CURRENCY
    actor_id: UUID | None = None
    reason: str = ""

    @property
    def fingerprint(self) -> tuple[str, str, int, str]:
        return (self.kind, self.about, self.gross_cents, self.currency)


class Entry(NamedTuple):
    """A movement to write, with its lines."""

    fact: Fact
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Posted:
    """The movement of a key, and whether this call was the first to post it."""

    movement: Movement
    is_new: bool


Legs = Sequence[Leg] | Callable[[Locked], Sequence[Leg]]


@transaction.atomic
def post(fact: Fact, *, touching: Iterable[PotName], legs: Legs) -> Posted:
    """Record one fact and move its money.

    ``touching`` names every pot that the legs may use; they are locked first. Legs that
    depend on what the pots hold are a function of the locked pots. A second post of the
    same facts returns the first movement and moves nothing.
    :raises KeyReused: the key stands for other facts.
    :raises InsufficientFunds: a client's pot holds less than the legs take from it.
    """
    locked = pots.lock(touching)
    if first := posted_before(fact):
        return Posted(first, is_new=False)
    wanted = [leg for leg in (legs(locked) if callable(legs) else legs) if leg.amount_cents]
    _refuse_overdraft(wanted, locked)
    _refuse_bystanders(wanted)
    lines = [Line(locked[d].id, locked[c].id, cents) for d, c, cents in wanted]
    uncounted = [held.id for name, held in locked.items() if not name.is_counted]
    written = post_many([Entry(fact, lines)], uncounted=uncounted)
    return Posted(Movement.objects.get(key=fact.key), is_new=bool(written))


def post_many(entries: Sequence[Entry], *, uncounted: Iterable[int]) -> int:
    """Write a batch of movements in one statement; say how many of them were new.

    The caller is in a transaction and holds the locks of all counted pots in the lines;
    ``uncounted`` are the ids of the platform's pots among them. Entries that were posted
    before are left out, whole.
    :raises KeyReused: a key stands for other facts; nothing was written.
    :raises IntegrityError: a pot would be overdrawn; nothing was written.
    """
    if not entries:
        return 0
    platform = list(uncounted)
    try:
        with transaction.atomic():
            _write(entries, platform)
    except IntegrityError:
        # A repeat may show as an overdraft: the database names whichever it met first.
        fresh = _without_repeats(entries)
        if len(fresh) == len(entries):
            raise
        if fresh:
            with transaction.atomic():
                _write(fresh, platform)
        return len(fresh)
    return len(entries)


def posted_before(fact: Fact) -> Movement | None:
    """The first movement of this key, to be asked under the locks of its pots.

    :raises KeyReused: the key stands for other facts.
    """
    first = Movement.objects.filter(key=fact.key).first()
    if first is not None and first.fingerprint != fact.fingerprint:
        raise KeyReused(f"{fact.key} already stands for {first.kind} of {first.gross_cents}.")
    return first


def _without_repeats(entries: Sequence[Entry]) -> list[Entry]:
    known = {
        movement.key: movement
        for movement in Movement.objects.filter(key__in=[entry.fact.key for entry in entries])
    }
    fresh: dict[str, Entry] = {}
    for entry in entries:
        first = known.get(entry.fact.key) or fresh.get(entry.fact.key, entry).fact
        if first.fingerprint != entry.fact.fingerprint:
            raise KeyReused(f"{entry.fact.key} already stands for something else.")
        if entry.fact.key not in known:
            fresh.setdefault(entry.fact.key, entry)
    return list(fresh.values())


def _refuse_overdraft(legs: Sequence[Leg], locked: Locked) -> None:
    """Say in words what the database's CHECK would refuse with a code."""
    change: defaultdict[PotName, int] = defaultdict(int)
    taken: defaultdict[PotName, int] = defaultdict(int)
    for debit, credit, cents in legs:
        if cents < 0:
            raise LedgerBroken(f"A leg of {cents} cents.")
        change[debit] -= cents
        change[credit] += cents
        taken[debit] += cents
    for name, cents in change.items():
        if name.is_debit_normal or not name.is_counted:
            continue
        held = locked[name].held_cents
        if held + cents < 0 and name.kind in SPENDABLE:
            raise InsufficientFunds(needed_cents=taken[name], available_cents=held)


def _refuse_bystanders(legs: Sequence[Leg]) -> None:
    """The first leg touches everybody concerned: only first lines are found by their pots."""
    owners = [{leg.debit.owner_id, leg.credit.owner_id} - {None} for leg in legs]
    if any(not later <= owners[0] for later in owners[1:]):
        raise LedgerBroken("The first leg of a movement touches everybody whom it concerns.")


# One statement: the movements, their transfers and the counters, or nothing. The answer says
# how many counted pots should have moved and how many did.
_WRITE = """
WITH facts AS MATERIALIZED (
    SELECT * FROM unnest(
        %s::uuid[], %s::text[], %s::text[], %s::text[], %s::bigint[],
        %s::text[], %s::timestamptz[], %s::uuid[], %s::text[])
    AS fact (id, kind, key, about, gross_cents, currency, at, actor_id, reason)
), movements AS (
    INSERT INTO ledger_movement
        (id, kind, key, about, gross_cents, currency, at, actor_id, reason)
    SELECT * FROM facts
), lines AS MATERIALIZED (
    SELECT * FROM unnest(%s::uuid[], %s::int[], %s::bigint[], %s::bigint[], %s::bigint[])
    AS line (movement_id, line, debit_pot_id, credit_pot_id, amount_cents)
), transfers AS (
    INSERT INTO ledger_transfer (movement_id, line, debit_pot_id, credit_pot_id, amount_cents)
    SELECT * FROM lines
), deltas AS MATERIALIZED (
    SELECT pot_id, sum(debit)::bigint AS debits, sum(credit)::bigint AS credits
    FROM (
        SELECT debit_pot_id AS pot_id, amount_cents AS debit, 0 AS credit FROM lines
        UNION ALL
        SELECT credit_pot_id, 0, amount_cents FROM lines
    ) AS sides
    WHERE pot_id <> ALL(%s::bigint[])
    GROUP BY pot_id
), moved AS (
    UPDATE ledger_pot
    SET debits_cents = debits_cents + deltas.debits,
        credits_cents = credits_cents + deltas.credits
    FROM deltas WHERE ledger_pot.id = deltas.pot_id
    RETURNING 1
)
SELECT (SELECT count(*) FROM deltas), (SELECT count(*) FROM moved)
"""


def _write(entries: Sequence[Entry], uncounted: list[int]) -> None:
    ids = _fresh_ids(len(entries))
    facts = zip(*[entry.fact for entry in entries], strict=True)
    kinds, keys, abouts, gross, ats, currencies, actors, reasons = facts
    lines = [
        (movement_id, number, debit_id, credit_id, cents)
        for movement_id, entry in zip(ids, entries, strict=True)
        for number, (debit_id, credit_id, cents) in enumerate(entry.lines)
    ]
    columns = zip(*lines, strict=True) if lines else [()] * 5
    movement_ids, numbers, debited, credited, cents = columns
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            [
                _numbers(ids),
                _few(kinds),
                _texts(keys),
                _texts(abouts),
                _numbers(gross),
                _few(currencies),
                _few(ats),
                _numbers([actor or "NULL" for actor in actors]),
                _few(reasons),
                *map(_numbers, (movement_ids, numbers, debited, credited, cents, uncounted)),
            ],
        )
        expected, moved = cursor.fetchone()
    if expected != moved:
        raise LedgerBroken(f"{expected} pots should have moved, {moved} did.")


def _fresh_ids(count: int) -> list[str]:
    """``count`` new UUIDv7 as text: one clock reading and one draw of chance for all."""
    millis = f"{time.time_ns() // 1_000_000:012x}"
    chance = os.urandom(9 * count).hex()
    return [
        f"{millis}7{chance[i : i + 3]}8{chance[i + 3 : i + 18]}" for i in range(0, 18 * count, 18)
    ]


def _numbers(values: Iterable[object]) -> str:
    """A PostgreSQL array literal. psycopg adapts lists item by item, 10 times slower."""
    return "{" + ",".join(map(str, values)) + "}"


def _texts(values: Iterable[str]) -> str:
    return "{" + ",".join([f'"{_escaped(value)}"' for value in values]) + "}"


def _few(values: Sequence[object]) -> str:
    """The same for a column in which few values repeat: each is written out once."""
    written = {value: f'"{_escaped(str(value))}"' for value in set(values)}
    return "{" + ",".join([written[value] for value in values]) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
