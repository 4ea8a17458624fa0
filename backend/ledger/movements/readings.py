"""The money of readings, set-based: holds, captures, releases (movements 3, 4, 5 and 19)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from backend.core.announcements import announce
from backend.ledger import pots
from backend.ledger.announcements import WalletsDrawn
from backend.ledger.errors import InsufficientFunds
from backend.ledger.models import Lot, Movement, Pot, PotKind
from backend.ledger.movements import promos
from backend.ledger.posting import Entry, Fact, Line, post_many

_K = Movement.Kind


class Parts(NamedTuple):
    """An amount, by the pot it comes from."""

    promo_cents: int
    cash_cents: int


class Funds(NamedTuple):
    """What a client's locked pots hold, and their ids."""

    promo_cents: int
    cash_cents: int
    reserved_cents: int
    debt_cents: int
    promo_id: int
    cash_id: int
    reserved_id: int
    debt_id: int | None

    @property
    def spendable_cents(self) -> int:
        return self.promo_cents + self.cash_cents

    def parts_of(self, cents: int) -> Parts:
        """Where ``cents`` come from: promotional credit first, then cash.

        :raises InsufficientFunds: both together hold less.
        """
        if cents > self.spendable_cents:
            raise InsufficientFunds(needed_cents=cents, available_cents=self.spendable_cents)
        promo_cents = min(cents, self.promo_cents)
        return Parts(promo_cents, cents - promo_cents)


class LockedFunds(dict[UUID, Funds]):
    """The funds of each client, and where each reader's earnings go (pot ids)."""

    def __init__(self) -> None:
        super().__init__()
        self.pending_ids: dict[UUID, int] = {}


class Hold(NamedTuple):
    """Movement 3: keep money of the client for the reading. ``n`` counts its holds."""

    session_id: UUID
    n: int
    client_id: UUID
    promo_cents: int
    cash_cents: int


class Capture(NamedTuple):
    """Movement 4: earn held money, and hold as much again. Amounts are of this step only."""

    session_id: UUID
    client_id: UUID
    reader_id: UUID
    billable_s: int
    reader_cents: int
    platform_cents: int
    renew_promo_cents: int
    renew_cash_cents: int


class Release(NamedTuple):
    """Movement 5: give the unused part of the hold back, each part to its own pot."""

    session_id: UUID
    client_id: UUID
    promo_cents: int
    cash_cents: int


class FreeSeconds(NamedTuple):
    """Movement 19: what the platform pays the reader for the client's free seconds."""

    session_id: UUID
    reader_id: UUID
    cents: int


Move = Hold | Capture | Release | FreeSeconds

_LOCK = """
WITH locked AS MATERIALIZED (
    SELECT id, owner_id, kind, credits_cents - debits_cents AS held FROM ledger_pot
    WHERE owner_id = ANY(%s::uuid[]) AND kind = ANY(%s) AND currency = %s
    ORDER BY id FOR NO KEY UPDATE
)
SELECT owner_id::text,
    max(held) FILTER (WHERE kind = 'client_promo'),
    max(held) FILTER (WHERE kind = 'client_wallet'),
    max(held) FILTER (WHERE kind = 'client_reserved'),
    coalesce(max(-held) FILTER (WHERE kind = 'client_receivable'), 0),
    max(id) FILTER (WHERE kind = 'client_promo'),
    max(id) FILTER (WHERE kind = 'client_wallet'),
    max(id) FILTER (WHERE kind = 'client_reserved'),
    max(id) FILTER (WHERE kind = 'client_receivable'),
    max(id) FILTER (WHERE kind = 'reader_pending')
FROM locked GROUP BY owner_id
"""
_CLIENTS_POTS = [PotKind.CLIENT_WALLET, PotKind.CLIENT_PROMO, PotKind.CLIENT_RESERVED]
_KINDS = [*map(str, _CLIENTS_POTS), str(PotKind.CLIENT_RECEIVABLE), str(PotKind.READER_PENDING)]


def lock_funds(client_ids: Iterable[UUID], reader_ids: Iterable[UUID]) -> LockedFunds:
    """Lock every pot that readings of these people touch, making missing ones.

    In a transaction, after the sessions' rows; the pots are locked in the order of their
    ids, and stay so until the transaction ends. Give the answer to ``post_readings``.
    """
    clients, readers = set(client_ids), set(reader_ids)
    locked = _lock(clients, readers)
    if len(locked) < len(clients) or len(locked.pending_ids) < len(readers):
        _make_pots(clients - locked.keys(), readers - locked.pending_ids.keys())
        locked = _lock(clients, readers)
    return locked


@transaction.atomic(savepoint=False)
def post_readings(moves: Sequence[Move], *, at: datetime, funds: LockedFunds | None = None) -> None:
    """Post all the movements of one batch with a handful of statements.

    The caller holds the locks of the sessions. ``funds`` is what ``lock_funds`` gave for
    these people in this transaction; without it they are locked here. A move that was
    posted before is left out, whole.
    :raises IntegrityError: a pot would be overdrawn; nothing was posted.
    :raises KeyReused: a move was posted before with other amounts; nothing was posted.
    """
    if not moves:
        return
    if funds is None:
        funds = _funds_of(moves)
    book = _Book(funds, at, *_platform_ids())
    book.foresee(moves)
    post_many([book.entry(move) for move in moves], uncounted=[book.revenue_id, book.promotions_id])
    if drawn := frozenset(client_id for move in moves if (client_id := _drawn_by(move))):
        announce(WalletsDrawn(drawn, at))


def open_lot(
    *, about: UUID | str, reader_id: UUID, earned_cents: int, matures_at: datetime
) -> None:
    """Record what a finished reading earned, to mature and be refunded as one.

    Calling again for the same thing changes nothing.
    """
    lot = Lot(
        about=str(about), reader_id=reader_id, earned_cents=earned_cents, matures_at=matures_at
    )
    Lot.objects.bulk_create([lot], ignore_conflicts=True)  # one statement, and no savepoint


class _Book:
    """Turns moves into entries, following each client's levels through one batch."""

    def __init__(
        self, funds: LockedFunds, at: datetime, revenue_id: int, promotions_id: int
    ) -> None:
        self.funds = funds
        self.at = at
        self.revenue_id = revenue_id
        self.promotions_id = promotions_id
        self.promo_room: dict[UUID, int] = {}
        self.spent: dict[UUID, list[int]] = {}
        self.write: dict[type, Callable[[Any], Entry]] = {
            Hold: self._hold,
            Capture: self._capture,
            Release: self._release,
            FreeSeconds: self._free_seconds,
        }

    def foresee(self, moves: Sequence[Move]) -> None:
        """Read what releases need to know: how much promotional credit is still valid."""
        releasing = {m.client_id for m in moves if type(m) is Release and m.promo_cents}
        if releasing:
            self.promo_room = promos.valid_cents(releasing, at=self.at)
        self.spent = {client_id: [0, 0] for client_id in releasing | self._debtors(moves)}

    def entry(self, move: Move) -> Entry:
        return self.write[type(move)](move)

    def _debtors(self, moves: Sequence[Move]) -> set[UUID]:
        releasing = {m.client_id for m in moves if type(m) is Release}
        return {client_id for client_id in releasing if self.funds[client_id].debt_cents}

    def _fact(self, kind: str, session: str, step: str, cents: int) -> Fact:
        return Fact(kind, f"sess:{session}:{step}", f"session:{session}", cents, self.at)

    def _spend(self, client_id: UUID, promo_cents: int, cash_cents: int) -> None:
        if level := self.spent.get(client_id):
            level[0] += promo_cents
            level[1] += cash_cents

    def _hold(self, move: Hold) -> Entry:
        session, funds = str(move.session_id), self.funds[move.client_id]
        self._spend(move.client_id, move.promo_cents, move.cash_cents)
        lines = _kept(
            Line(funds.promo_id, funds.reserved_id, move.promo_cents),
            Line(funds.cash_id, funds.reserved_id, move.cash_cents),
        )
        gross = move.promo_cents + move.cash_cents
        return Entry(self._fact(_K.HOLD.value, session, f"hold:{move.n}", gross), lines)

    def _capture(self, move: Capture) -> Entry:
        session, funds = str(move.session_id), self.funds[move.client_id]
        if self.spent:
            self._spend(move.client_id, move.renew_promo_cents, move.renew_cash_cents)
        pending_id = self.funds.pending_ids[move.reader_id]
        lines = []
        if move.reader_cents:
            lines.append(Line(funds.reserved_id, pending_id, move.reader_cents))
        if move.platform_cents:
            lines.append(Line(funds.reserved_id, self.revenue_id, move.platform_cents))
        if move.renew_promo_cents:
            lines.append(Line(funds.promo_id, funds.reserved_id, move.renew_promo_cents))
        if move.renew_cash_cents:
            lines.append(Line(funds.cash_id, funds.reserved_id, move.renew_cash_cents))
        gross = move.reader_cents + move.platform_cents
        step = f"cap:{move.billable_s}"
        return Entry(self._fact(_K.CAPTURE.value, session, step, gross), lines)

    def _release(self, move: Release) -> Entry:
        session, funds = str(move.session_id), self.funds[move.client_id]
        self._spend(move.client_id, -move.promo_cents, -move.cash_cents)
        lines = _kept(
            Line(funds.reserved_id, funds.promo_id, move.promo_cents),
            Line(funds.reserved_id, funds.cash_id, move.cash_cents),
            Line(funds.promo_id, self.promotions_id, self._expired(move, funds)),
        )
        if funds.debt_id is not None and (debt := self._payable_debt(move, funds)):
            lines.append(Line(funds.cash_id, funds.debt_id, debt))
        gross = move.promo_cents + move.cash_cents
        return Entry(self._fact(_K.RELEASE.value, session, "release", gross), lines)

    def _free_seconds(self, move: FreeSeconds) -> Entry:
        line = Line(self.promotions_id, self.funds.pending_ids[move.reader_id], move.cents)
        fact = self._fact(_K.FREE_SECONDS.value, str(move.session_id), "free", move.cents)
        return Entry(fact, _kept(line))

    def _expired(self, move: Release, funds: Funds) -> int:
        """Promotional credit whose grant ran out while it was held."""
        if not move.promo_cents:
            return 0
        level = funds.promo_cents - self.spent[move.client_id][0]
        expired = max(0, level - self.promo_room.get(move.client_id, 0))
        expired = min(expired, move.promo_cents)
        self._spend(move.client_id, expired, 0)
        return expired

    def _payable_debt(self, move: Release, funds: Funds) -> int:
        if not funds.debt_cents:
            return 0
        return min(funds.debt_cents, funds.cash_cents - self.spent[move.client_id][1])


def _drawn_by(move: Move) -> UUID | None:
    """Whose wallet holds less after this move."""
    if isinstance(move, Hold):
        return move.client_id
    if isinstance(move, Capture) and move.renew_promo_cents + move.renew_cash_cents:
        return move.client_id
    return None


def _kept(*lines: Line) -> list[Line]:
    return [line for line in lines if line[2]]


def _platform_ids() -> tuple[int, int]:
    """The pots that take our share and that pay promotions."""
    kinds = (PotKind.REVENUE_READING.value, PotKind.PROMO_EXPENSE.value)
    platform = Pot.objects.filter(owner=None, kind__in=kinds, currency=settings.CURRENCY)
    ids = dict(platform.values_list("kind", "id"))
    if len(ids) < len(kinds):
        made = pots.lock(pots.platform(PotKind(kind)) for kind in kinds)
        ids = {name.kind: held.id for name, held in made.items()}
    return ids[kinds[0]], ids[kinds[1]]


def _lock(clients: set[UUID], readers: set[UUID]) -> LockedFunds:
    by_text = {str(owner_id): owner_id for owner_id in clients | readers}
    locked = LockedFunds()
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, ["{" + ",".join(by_text) + "}", _KINDS, settings.CURRENCY])
        for owner, *funds, pending_id in cursor.fetchall():
            owner_id = by_text[owner]
            if owner_id in clients and None not in funds[:7]:
                locked[owner_id] = Funds._make(funds)
            if pending_id is not None and owner_id in readers:
                locked.pending_ids[owner_id] = pending_id
    return locked


def _make_pots(clients: set[UUID], readers: set[UUID]) -> None:
    """Make what is missing, in one order, so that two makers never wait for each other."""
    names = [pots.owned(kind, client_id) for client_id in clients for kind in _CLIENTS_POTS]
    names += [pots.pending_of(reader_id) for reader_id in readers]
    Pot.objects.bulk_create(
        [
            Pot(kind=name.kind, owner_id=name.owner_id, currency=name.currency)
            for name in sorted(names, key=str)
        ],
        ignore_conflicts=True,
    )


def _funds_of(moves: Sequence[Move]) -> LockedFunds:
    clients = {m.client_id for m in moves if not isinstance(m, FreeSeconds)}
    readers = {m.reader_id for m in moves if isinstance(m, Capture | FreeSeconds)}
    return lock_funds(clients, readers)
