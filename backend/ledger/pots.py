"""Pots by name, found or made, and locked in one order.

Whoever needs several locks takes the domain row's first (session, top-up), then calls
``lock`` once with every pot that the movement may touch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from backend.ledger.models import DEBIT_NORMAL, UNCOUNTED, Pot, PotKind

_DEBIT_NORMAL: Final = frozenset(map(str, DEBIT_NORMAL))
_UNCOUNTED: Final = frozenset(map(str, UNCOUNTED))


class PotName(NamedTuple):
    """Which pot: its kind, whose (``None``: the platform's) and in which currency."""

    kind: str
    owner_id: UUID | None
    currency: str

    @property
    def is_counted(self) -> bool:
        return self.kind not in _UNCOUNTED

    @property
    def is_debit_normal(self) -> bool:
        return self.kind in _DEBIT_NORMAL


@dataclass(frozen=True, slots=True)
class Held:
    """A locked pot. ``held_cents`` is never negative; for an uncounted pot it is 0."""

    id: int
    held_cents: int


Locked = Mapping[PotName, Held]


def owned(kind: PotKind, owner_id: UUID) -> PotName:
    """The pot of that kind of one person."""
    return PotName(str(kind), owner_id, settings.CURRENCY)


def platform(kind: PotKind) -> PotName:
    """One of the platform's own pots."""
    return PotName(str(kind), None, settings.CURRENCY)


def wallet_of(client_id: UUID) -> PotName:
    """A client's cash."""
    return owned(PotKind.CLIENT_WALLET, client_id)


def promo_of(client_id: UUID) -> PotName:
    """A client's promotional credit."""
    return owned(PotKind.CLIENT_PROMO, client_id)


def reserved_of(client_id: UUID) -> PotName:
    """What is held for a client's reading."""
    return owned(PotKind.CLIENT_RESERVED, client_id)


def debt_of_client(client_id: UUID) -> PotName:
    """What a client owes us."""
    return owned(PotKind.CLIENT_RECEIVABLE, client_id)


def pending_of(reader_id: UUID) -> PotName:
    """What a reader earned and what has not matured yet."""
    return owned(PotKind.READER_PENDING, reader_id)


def payable_of(reader_id: UUID) -> PotName:
    """What the next payout pays a reader."""
    return owned(PotKind.READER_PAYABLE, reader_id)


def paying_of(reader_id: UUID) -> PotName:
    """What is on its way to a reader."""
    return owned(PotKind.READER_PAYING, reader_id)


def disputed_of(reader_id: UUID) -> PotName:
    """What a reader earned and what waits for a decision."""
    return owned(PotKind.READER_DISPUTED, reader_id)


def frozen_of(client_id: UUID) -> PotName:
    """What a client cannot touch while a bank asks."""
    return owned(PotKind.CLIENT_FROZEN, client_id)


def on_its_way_to(client_id: UUID) -> PotName:
    """What goes back to a client's cards."""
    return owned(PotKind.REFUND_PAYABLE, client_id)


def debt_of_reader(reader_id: UUID) -> PotName:
    """What a reader owes us."""
    return owned(PotKind.READER_RECEIVABLE, reader_id)


def lock(names: Iterable[PotName]) -> dict[PotName, Held]:
    """Find or make the pots, and lock the counted ones in the order of their ids.

    To be called in a transaction; the locks last until it ends. Uncounted pots are never
    locked, so that no two movements wait for each other because of the platform.
    """
    wanted = set(names)
    found = _find(wanted)
    if missing := sorted(wanted - found.keys(), key=str):
        Pot.objects.bulk_create(
            [Pot(kind=n.kind, owner_id=n.owner_id, currency=n.currency) for n in missing],
            ignore_conflicts=True,
        )
        found = _find(wanted)
    return found


def _find(names: set[PotName]) -> dict[PotName, Held]:
    counted = _matching(n for n in names if n.is_counted)
    uncounted = _matching(n for n in names if not n.is_counted)
    locked = (
        Pot.objects.filter(counted).select_for_update(no_key=True).order_by("id") if counted else ()
    )
    free = Pot.objects.filter(uncounted) if uncounted else ()
    return {
        PotName(pot.kind, pot.owner_id, pot.currency): Held(pot.id, _held(pot))
        for pots in (locked, free)
        for pot in pots
    }


def _matching(names: Iterable[PotName]) -> Q:
    matching = Q()
    for name in names:
        matching |= Q(kind=name.kind, owner=name.owner_id, currency=name.currency)
    return matching


def _held(pot: Pot) -> int:
    held = pot.credits_cents - pot.debits_cents
    return -held if pot.kind in _DEBIT_NORMAL else held
