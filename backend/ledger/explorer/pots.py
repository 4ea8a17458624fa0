"""Pots: what lies in them, line by line, and the sum of all, which is zero."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import F, Sum
from django.utils.text import capfirst

from backend.core.errors import NotFound
from backend.core.ids import born_at
from backend.ledger import snapshots
from backend.ledger.explorer.listing import LOOKED_MAX
from backend.ledger.models import UNCOUNTED, Movement, Pot, PotKind

_SEQ_MAX: Final = 2**63 - 1
_ID_MAX: Final = UUID(int=2**128 - 1)


@dataclass(frozen=True, slots=True)
class Purse:
    """A pot and what lies in it: ``cents`` is credits less debits, negative on the debit side.

    ``owner_id`` is None for a pot of the platform.
    """

    id: int
    kind: str
    owner_id: UUID | None
    owner_name: str
    cents: int

    @property
    def label(self) -> str:
        return str(capfirst(PotKind(self.kind).label))

    @property
    def side(self) -> str:
        """``Cr``, ``Dr`` or nothing: the side on which it stands."""
        return "Cr" if self.cents > 0 else "Dr" if self.cents < 0 else ""

    @property
    def size_cents(self) -> int:
        return abs(self.cents)


@dataclass(frozen=True, slots=True)
class Line:
    """One transfer as a pot sees it: ``cents`` is signed, ``balance_cents`` what lay there after.

    The platform's pots keep no balance line by line: theirs is None.
    """

    movement_id: UUID
    kind: str
    key: str
    at: datetime
    cents: int
    balance_cents: int | None
    other_kind: str

    @property
    def label(self) -> str:
        return str(Movement.Kind(self.kind).label)

    @property
    def other_label(self) -> str:
        return str(PotKind(self.other_kind).label)


@dataclass(frozen=True, slots=True)
class PotOpened:
    """One page of a pot, newest first; ``next_before`` and ``looked_back_to`` as in a list."""

    pot: Purse
    lines: list[Line]
    next_before: str
    looked_back_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """The whole ledger by kinds of pots. ``total_cents`` is zero, or something is very wrong."""

    platform: list[Purse]
    owned: list[tuple[str, int]]
    total_cents: int


def pots_of(person_id: UUID) -> list[Purse]:
    """Every pot of one person, in the order of their making."""
    return _purses(Pot.objects.filter(owner=person_id).select_related("owner").order_by("id"))


def platform_pots() -> list[Purse]:
    """The platform's own pots with what lies in them now."""
    sums = snapshots.balances()
    pots = Pot.objects.filter(owner=None, currency=settings.CURRENCY).order_by("id")
    return [Purse(pot.pk, pot.kind, None, "", sums[PotKind(pot.kind)]) for pot in pots]


def standing() -> Standing:
    """All money by kinds of pots, and its sum."""
    platform = platform_pots()
    sums = Pot.objects.filter(owner__isnull=False).values("kind")
    held = sums.annotate(cents=Sum(F("credits_cents") - F("debits_cents"))).order_by("kind")
    owned = [(str(capfirst(PotKind(row["kind"]).label)), int(row["cents"])) for row in held]
    total = sum(cents for _, cents in owned) + sum(purse.cents for purse in platform)
    return Standing(platform, owned, total)


def pot(pot_id: int) -> Purse:
    """One pot.

    :raises NotFound: there is none with that number.
    """
    found = Pot.objects.filter(pk=pot_id).select_related("owner")
    for purse in _purses(found):
        if purse.kind not in UNCOUNTED:
            return purse
        return next(own for own in platform_pots() if own.id == pot_id)
    raise NotFound("There is no such pot.")


def lines_of(pot_id: int, *, limit: int, before: str = "") -> PotOpened:
    """One page of a pot's lines, newest first.

    :param before: the ``next_before`` of the page before it.
    :raises NotFound: there is no such pot.
    """
    purse = pot(pot_id)
    if purse.owner_id is None:
        return _platform_lines(purse, limit, before)
    return _owned_lines(purse, limit, before)


# The first lines of a person's movements are found by their pots; the balance runs in the
# order in which the pot was locked.
_OWNED: Final = """
WITH mine AS (
    SELECT id FROM ledger_pot WHERE owner_id = %(owner)s
), touched AS (
    SELECT movement_id FROM ledger_transfer
    WHERE line = 0 AND debit_pot_id IN (SELECT id FROM mine)
    UNION
    SELECT movement_id FROM ledger_transfer
    WHERE line = 0 AND credit_pot_id IN (SELECT id FROM mine)
), sides AS (
    SELECT t.movement_id, t.line, t.seq,
        CASE WHEN t.credit_pot_id = %(pot)s THEN t.amount_cents ELSE -t.amount_cents END AS cents,
        CASE WHEN t.credit_pot_id = %(pot)s THEN t.debit_pot_id ELSE t.credit_pot_id END AS other
    FROM touched JOIN ledger_transfer t ON t.movement_id = touched.movement_id
    WHERE %(pot)s IN (t.debit_pot_id, t.credit_pot_id)
), running AS (
    SELECT sides.*, sum(cents) OVER (ORDER BY seq)::bigint AS balance FROM sides
), page AS (
    SELECT * FROM running WHERE seq < %(before)s ORDER BY seq DESC LIMIT %(limit)s
)
SELECT m.id, m.kind, m.key, m.at, page.cents, page.balance, p.kind, page.seq
FROM page JOIN ledger_movement m ON m.id = page.movement_id JOIN ledger_pot p ON p.id = page.other
ORDER BY page.seq DESC
"""


def _owned_lines(purse: Purse, limit: int, before: str) -> PotOpened:
    is_seq = before.isascii() and before.isdigit() and len(before) < 19
    rows = _rows(
        _OWNED,
        {
            "owner": purse.owner_id,
            "pot": purse.id,
            "before": int(before) if is_seq else _SEQ_MAX,
            "limit": limit + 1,
        },
    )
    lines = [Line(*row[:7]) for row in rows[:limit]]
    return PotOpened(purse, lines, str(rows[limit - 1][7]) if len(rows) > limit else "")


# Most lines of the platform's pots are no first lines, and no index is worth its price to every
# minute that is charged: the walk goes along the primary key, a limited way at a time.
_FLOOR: Final = """
SELECT movement_id FROM ledger_transfer WHERE (movement_id, line) < (%(id)s, %(line)s)
ORDER BY movement_id DESC, line DESC OFFSET %(most)s LIMIT 1
"""
_PLATFORMS: Final = """
WITH page AS (
    SELECT t.movement_id, t.line,
        CASE WHEN t.credit_pot_id = %(pot)s THEN t.amount_cents ELSE -t.amount_cents END AS cents,
        CASE WHEN t.credit_pot_id = %(pot)s THEN t.debit_pot_id ELSE t.credit_pot_id END AS other
    FROM ledger_transfer t
    WHERE (t.movement_id, t.line) < (%(id)s, %(line)s)
        AND (%(floor)s::uuid IS NULL OR t.movement_id >= %(floor)s)
        AND %(pot)s IN (t.debit_pot_id, t.credit_pot_id)
    ORDER BY t.movement_id DESC, t.line DESC LIMIT %(limit)s
)
SELECT m.id, m.kind, m.key, m.at, page.cents, NULL, p.kind, page.line
FROM page JOIN ledger_movement m ON m.id = page.movement_id JOIN ledger_pot p ON p.id = page.other
ORDER BY page.movement_id DESC, page.line DESC
"""


def _platform_lines(purse: Purse, limit: int, before: str) -> PotOpened:
    movement_id, line = _place(before)
    here = {"id": movement_id, "line": line}
    floors = _rows(_FLOOR, here | {"most": LOOKED_MAX - 1})
    floor: UUID | None = floors[0][0] if floors else None
    rows = _rows(_PLATFORMS, here | {"pot": purse.id, "floor": floor, "limit": limit + 1})
    lines = [Line(*row[:7]) for row in rows[:limit]]
    if len(rows) > limit:
        return PotOpened(purse, lines, f"{rows[limit - 1][0]}.{rows[limit - 1][7]}")
    if floor is None:
        return PotOpened(purse, lines, "")
    return PotOpened(purse, lines, f"{floor}.0", born_at(floor))


def _place(before: str) -> tuple[UUID, int]:
    movement_id, _, line = before.partition(".")
    with suppress(ValueError):
        return UUID(movement_id), min(int(line), 32_767)
    return _ID_MAX, 0


def _purses(pots: Iterable[Pot]) -> list[Purse]:
    return [
        Purse(
            pot.pk,
            pot.kind,
            pot.owner_id,
            pot.owner.display_name if pot.owner else "",
            pot.credits_cents - pot.debits_cents,
        )
        for pot in pots
    ]


def _rows(sql: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
