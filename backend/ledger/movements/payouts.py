"""Money on its way to readers: begun, sent, refused, taken back (movements 9 to 12)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.accounts.models import User
from backend.core.errors import IllegalMove, NotFound
from backend.ledger import payables, pots
from backend.ledger.errors import BelowMinimum, KeyReused, MoreThanWasPaid
from backend.ledger.models import Movement, PotKind
from backend.ledger.movements.debts import settle_debt
from backend.ledger.posting import Fact, Leg, post
from backend.ledger.pots import Locked

_K = Movement.Kind


@transaction.atomic
def start_payout(
    *, payout_id: UUID, n: int, reader: User, minimum_cents: int, at: datetime
) -> Movement:
    """Put all that is payable to ``reader`` on its way; the movement's gross is how much.

    reader payable -> reader paying

    ``n`` counts the tries of one payout. Whoever owes us has nothing payable, so a debt is
    netted by then. Calling again for the same try returns the first movement, unchanged.
    :raises BelowMinimum: less than ``minimum_cents`` is payable.
    :raises IllegalMove: an earlier try of this payout is still under way, or was sent.
    :raises KeyReused: this payout is of another reader.
    """
    payable, paying = pots.payable_of(reader.pk), pots.paying_of(reader.pk)
    cents = pots.lock([payable, paying])[payable].held_cents
    payout = payables.payout(payout_id)
    if payout and payout.reader_id != reader.pk:
        raise KeyReused(f"Payout {payout_id} is of somebody else.")
    if first := Movement.objects.filter(key=_key(payout_id, "start", n)).first():
        return first
    if payout and (payout.in_flight_cents or payout.sent_cents):
        raise IllegalMove("This payout is under way already.")
    if cents < max(minimum_cents, 1):
        raise BelowMinimum(payable_cents=cents, minimum_cents=minimum_cents)
    return post(
        Fact(_K.PAYOUT_STARTED, _key(payout_id, "start", n), _about(payout_id), cents, at),
        touching=[payable, paying],
        legs=[Leg(payable, paying, cents)],
    ).movement


@transaction.atomic
def recover_payout(*, payout_id: UUID, n: int, reader: User, cents: int, at: datetime) -> Movement:
    """Put on its way what Stripe has sent to ``reader`` already and our books forgot.

    reader payable (as far as it reaches), reader debt (the rest) -> reader paying

    Only a database that is older than Stripe needs it; ``book_transfer`` follows. What the
    reader earned in the time that was lost is not in the books, hence the debt: what matures
    later goes against it first. Calling again for the same try returns the first movement.
    """
    payable, debt = pots.payable_of(reader.pk), pots.debt_of_reader(reader.pk)
    paying = pots.paying_of(reader.pk)

    def legs(locked: Locked) -> list[Leg]:
        there = min(cents, locked[payable].held_cents)
        return [Leg(payable, paying, there), Leg(debt, paying, cents - there)]

    return post(
        Fact(
            _K.PAYOUT_STARTED,
            _key(payout_id, "start", n),
            _about(payout_id),
            cents,
            at,
            reason="found at Stripe",
        ),
        touching=[payable, debt, paying],
        legs=legs,
    ).movement


@transaction.atomic
def book_transfer(*, payout_id: UUID, transfer_id: str, cents: int, at: datetime) -> Movement:
    """Record that Stripe's transfer ``transfer_id`` (``tr_…``) carries this payout.

    reader paying -> stripe clearing

    Calling again for the same transfer returns the first movement, unchanged.
    :raises NotFound: this payout never began.
    :raises IllegalMove: it is not ``cents`` that is in flight, or a transfer carries it already.
    """
    paying = pots.paying_of(_reader_of(payout_id))
    clearing = pots.platform(PotKind.STRIPE_CLEARING)

    def legs(_: Locked) -> list[Leg]:
        _refuse_unless_in_flight(payout_id, cents)
        return [Leg(paying, clearing, cents)]

    return post(
        Fact(_K.PAYOUT_SENT, f"tr:{transfer_id}", _about(payout_id), cents, at),
        touching=[paying, clearing],
        legs=legs,
    ).movement


@transaction.atomic
def refuse_payout(*, payout_id: UUID, n: int, at: datetime, reason: str = "") -> Movement:
    """Bring the money of try ``n`` back: Stripe definitely refused it.

    reader paying -> reader payable, and from there first to what the reader owes

    Calling again for the same try returns the first movement, unchanged.
    :raises NotFound: this try never began.
    :raises IllegalMove: the try was sent; what exists is never refused.
    """
    started = Movement.objects.filter(key=_key(payout_id, "start", n)).first()
    if started is None:
        raise NotFound("This payout never began.")
    reader_id, cents = _reader_of(payout_id), started.gross_cents
    paying, payable = pots.paying_of(reader_id), pots.payable_of(reader_id)
    debt = pots.debt_of_reader(reader_id)

    def legs(locked: Locked) -> list[Leg]:
        _refuse_unless_in_flight(payout_id, cents)
        back = [Leg(paying, payable, cents)]
        return settle_debt(back, spendable=payable, debt=debt, locked=locked)

    return post(
        Fact(
            _K.PAYOUT_REFUSED,
            _key(payout_id, "fail", n),
            _about(payout_id),
            cents,
            at,
            reason=reason[:300],
        ),
        touching=[paying, payable, debt],
        legs=legs,
    ).movement


@transaction.atomic
def reverse_transfer(*, payout_id: UUID, reversal_id: str, cents: int, at: datetime) -> Movement:
    """Record that ``cents`` of a transfer came back to us (``trr_…``), whoever ordered it.

    stripe clearing -> reader payable, and from there first to what the reader owes

    Calling again for the same reversal returns the first movement, unchanged.
    :raises NotFound: this payout never began.
    :raises MoreThanWasPaid: more would come back than was sent.
    """
    reader_id = _reader_of(payout_id)
    clearing = pots.platform(PotKind.STRIPE_CLEARING)
    payable, debt = pots.payable_of(reader_id), pots.debt_of_reader(reader_id)
    fact = Fact(_K.PAYOUT_REVERSED, f"trr:{reversal_id}", _about(payout_id), cents, at)

    def legs(locked: Locked) -> list[Leg]:
        payout = payables.payout(payout_id)
        left = payout.sent_cents - payout.reversed_cents if payout else 0
        if cents > left:
            raise MoreThanWasPaid(wanted_cents=cents, left_cents=left)
        back = [Leg(clearing, payable, cents)]
        return settle_debt(back, spendable=payable, debt=debt, locked=locked)

    return post(fact, touching=[clearing, payable, debt], legs=legs).movement


def _refuse_unless_in_flight(payout_id: UUID, cents: int) -> None:
    payout = payables.payout(payout_id)
    if payout is None or payout.in_flight_cents != cents:
        raise IllegalMove("This payout is not under way with that amount.")


def _reader_of(payout_id: UUID) -> UUID:
    payout = payables.payout(payout_id)
    if payout is None:
        raise NotFound("This payout never began.")
    return payout.reader_id


def _key(payout_id: UUID, step: str, n: int) -> str:
    return f"payout:{payout_id}:{step}:{n}"


def _about(payout_id: UUID) -> str:
    return payables.payout_name(payout_id)
