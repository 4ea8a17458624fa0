"""A reading's money given back to the client, and who bears it (movement 13)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from django.db import transaction

from backend.core.announcements import announce
from backend.core.errors import IllegalMove, InvalidInput, NotFound
from backend.ledger import pots, refundables
from backend.ledger.announcements import ReadingRefunded, WalletCredited
from backend.ledger.errors import MoreThanWasPaid
from backend.ledger.models import Lot, Movement, PotKind
from backend.ledger.movements import promos
from backend.ledger.movements.debts import settle_debt
from backend.ledger.posting import Fact, Leg, post, posted_before
from backend.ledger.pots import Locked, PotName
from backend.ledger.refundables import Paid
from backend.ledger.split import split


class Bearer(StrEnum):
    """Whose money a refund is."""

    SPLIT = "split"
    PLATFORM = "platform"
    READER = "reader"


_KINDS: Final = {
    Bearer.SPLIT: Movement.Kind.REFUND,
    Bearer.PLATFORM: Movement.Kind.REFUND_BY_PLATFORM,
    Bearer.READER: Movement.Kind.REFUND_BY_READER,
}


class Refund(NamedTuple):
    """What was decided: decision ``n`` of a case gives ``cents`` of a reading back.

    ``split_bps`` is the reader's share that was frozen onto the reading.
    """

    case_id: UUID
    n: int
    session_id: UUID
    cents: int
    bearer: Bearer
    split_bps: int = 7_000

    @property
    def about(self) -> str:
        return refundables.reading_name(self.session_id)


@dataclass(frozen=True, slots=True)
class _Plan:
    legs: Sequence[Leg]
    reader_cents: int
    unfrozen_cents: int


class _Part(NamedTuple):
    pot: PotName
    cents: int


@transaction.atomic
def refund_reading(
    *, refund: Refund, at: datetime, by: UUID | None = None, reason: str = ""
) -> Movement:
    """Give a client part of what an ended reading cost back, or all of it.

    split:       the reader's part, from where it lies -> client; refunds (the rest) -> client
    by platform: goodwill -> client
    by reader:   the reader's earnings, as far as they go -> client; goodwill (the rest) -> client

    Cash comes back first, up to the cash that was captured, then promotional credit, of which
    expires at once what no grant covers any more. What client or reader owe is settled first.
    Calling again for the same decision returns the first movement, unchanged.
    :raises NotFound: no money was ever held for this reading.
    :raises MoreThanWasPaid: together with earlier refunds more would go back than was paid.
    :raises IllegalMove: the reading still holds money.
    :raises KeyReused: this decision gave another amount back, or at another's cost.
    """
    fact = Fact(
        _KINDS[refund.bearer],
        f"case:{refund.case_id}:resolve:{refund.n}",
        refund.about,
        refund.cents,
        at,
        actor_id=by,
        reason=reason[:300],
    )
    paid, lot, touching, locked = _lock(refund)
    if first := posted_before(fact):
        return first
    plan = _plan(refund, paid, lot, locked, at)
    movement = post(fact, touching=touching, legs=plan.legs).movement
    if lot is not None:
        lot.refunded_cents += plan.reader_cents
        lot.disputed_cents -= plan.unfrozen_cents
        lot.save(update_fields=["refunded_cents", "disputed_cents"])
    split_cents = refund.cents if refund.bearer is Bearer.SPLIT else 0
    announce(ReadingRefunded(refund.session_id, refund.cents, split_cents, at))
    announce(WalletCredited(client_id=paid.client_id, at=at))
    return movement


@transaction.atomic
def preview_refund(*, refund: Refund, at: datetime) -> list[Leg]:
    """The legs that ``refund_reading`` would post at this moment; nothing moves.

    :raises NotFound: no money was ever held for this reading.
    :raises MoreThanWasPaid: together with earlier refunds more would go back than was paid.
    :raises IllegalMove: the reading still holds money.
    """
    paid, lot, _, locked = _lock(refund)
    plan = _plan(refund, paid, lot, locked, at)
    return [leg for leg in plan.legs if leg.amount_cents]


def _lock(refund: Refund) -> tuple[Paid, Lot | None, list[PotName], Locked]:
    """Lock the lot, then the pots; only then ask what was paid and what came back of it."""
    paid = refundables.paid_for(refund.session_id)
    if paid is None:
        raise NotFound("Nothing was paid for this reading.")
    lot = Lot.objects.select_for_update().filter(about=refund.about).first()
    touching = [
        pots.wallet_of(paid.client_id),
        pots.promo_of(paid.client_id),
        pots.debt_of_client(paid.client_id),
        *map(pots.platform, (PotKind.REFUNDS_CONTRA, PotKind.GOODWILL, PotKind.PROMO_EXPENSE)),
    ]
    if lot is not None:
        of_reader = (pots.pending_of, pots.payable_of, pots.disputed_of, pots.debt_of_reader)
        touching += [pot_of(lot.reader_id) for pot_of in of_reader]
    locked = pots.lock(touching)
    return refundables.paid_for(refund.session_id) or paid, lot, touching, locked


def _plan(refund: Refund, paid: Paid, lot: Lot | None, locked: Locked, at: datetime) -> _Plan:
    _refuse(refund, paid)
    reader_cents = _readers_part(refund, paid, lot)
    sources = _where_it_lies(lot, reader_cents, locked) if lot else []
    rest = PotKind.REFUNDS_CONTRA if refund.bearer is Bearer.SPLIT else PotKind.GOODWILL
    cash = min(refund.cents, paid.cash_cents - paid.refunded_cash_cents)
    wallet, promo = pots.wallet_of(paid.client_id), pots.promo_of(paid.client_id)
    legs = _joined(
        [*sources, _Part(pots.platform(rest), refund.cents - reader_cents)],
        [_Part(wallet, cash), _Part(promo, refund.cents - cash)],
    )
    legs.append(_expiring(paid.client_id, refund.cents - cash, locked, at))
    debt = pots.debt_of_client(paid.client_id)
    legs = settle_debt(legs, spendable=wallet, debt=debt, locked=locked)
    if lot is not None:
        payable, owed = pots.payable_of(lot.reader_id), pots.debt_of_reader(lot.reader_id)
        legs = settle_debt(legs, spendable=payable, debt=owed, locked=locked)
    unfrozen = min(reader_cents, lot.disputed_cents) if lot else 0
    return _Plan(legs, reader_cents, unfrozen)


def _refuse(refund: Refund, paid: Paid) -> None:
    if refund.cents <= 0:
        raise InvalidInput("A refund gives something back.")
    if paid.held_cents:
        raise IllegalMove("This reading still holds money.")
    if refund.cents > paid.left_cents:
        raise MoreThanWasPaid(wanted_cents=refund.cents, left_cents=paid.left_cents)
    if split(paid.gross_cents, refund.split_bps).reader_cents != paid.reader_cents:
        raise InvalidInput("This reading was shared in another way.")


def _readers_part(refund: Refund, paid: Paid, lot: Lot | None) -> int:
    """What the reader bears: of a split, the difference of two cumulative shares."""
    if refund.bearer is Bearer.PLATFORM or not paid.reader_cents:
        return 0
    if lot is None:
        raise IllegalMove("This reading has not ended.")
    if refund.bearer is Bearer.READER:
        return min(refund.cents, max(0, paid.reader_cents - lot.refunded_cents))
    before = paid.gross_cents - paid.refunded_split_cents
    shares = [split(gross, refund.split_bps) for gross in (before, before - refund.cents)]
    return min(shares[0].reader_cents - shares[1].reader_cents, lot.left_cents)


def _where_it_lies(lot: Lot, cents: int, locked: Locked) -> list[_Part]:
    """Where ``cents`` of a lot are by now: what was paid out already, the reader owes."""
    if lot.state == Lot.State.PENDING:
        return [_Part(pots.pending_of(lot.reader_id), cents)]
    payable = pots.payable_of(lot.reader_id)
    frozen = min(cents, lot.disputed_cents)
    there = min(cents - frozen, locked[payable].held_cents)
    return [
        _Part(pots.disputed_of(lot.reader_id), frozen),
        _Part(payable, there),
        _Part(pots.debt_of_reader(lot.reader_id), cents - frozen - there),
    ]


def _joined(sources: Iterable[_Part], targets: Iterable[_Part]) -> list[Leg]:
    """Legs from the sources to the targets, in their order; both add up to the same."""
    waiting = [part for part in targets if part.cents]
    legs = []
    for pot, cents in sources:
        left = cents
        while left:
            target = waiting.pop(0)
            taken = min(left, target.cents)
            legs.append(Leg(pot, target.pot, taken))
            left -= taken
            if target.cents > taken:
                waiting.insert(0, _Part(target.pot, target.cents - taken))
    return legs


def _expiring(client_id: UUID, cents: int, locked: Locked, at: datetime) -> Leg:
    """The part of returned promotional credit whose grant has run out meanwhile."""
    promo = pots.promo_of(client_id)
    room = promos.valid_cents([client_id], at=at).get(client_id, 0) if cents else 0
    expired = min(cents, max(0, locked[promo].held_cents + cents - room))
    return Leg(promo, pots.platform(PotKind.PROMO_EXPENSE), expired)
