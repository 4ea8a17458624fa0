"""What Stripe's balance says: one balance transaction (``txn_…``), one movement.

Movements 2 (outflow and return), 15b, 16a, 23 and 24; charges settle in ``top_ups``. Nothing
here belongs to a person, so nothing is locked: the key alone keeps it from being posted twice.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from backend.core.errors import InvalidInput
from backend.ledger import pots
from backend.ledger.models import Movement, PotKind
from backend.ledger.posting import Fact, Leg, post

_K = Movement.Kind
_BALANCE: Final = pots.platform(PotKind.STRIPE_BALANCE)
_CLEARING: Final = pots.platform(PotKind.STRIPE_CLEARING)
_WITHHELD: Final = pots.platform(PotKind.DISPUTE_RECEIVABLE)
_FAMILIES: Final = {"pyr": "re", "du": "dp"}
_DISPUTE_FEES: Final = pots.platform(PotKind.DISPUTE_FEES)


class BalanceLine(NamedTuple):
    """One balance transaction: how much (never negative), and of what.

    ``source_id`` is the id of Stripe's object behind it: ``tr_…``, ``trr_…``, ``re_…``,
    ``dp_…``, ``po_…``; empty when there is none.
    """

    transaction_id: str
    source_id: str
    cents: int


def settle_outflow(*, line: BalanceLine, at: datetime) -> Movement:
    """Record that a transfer or a card refund left our balance.

    stripe clearing -> stripe balance

    Calling again for the same transaction returns the first movement, unchanged.
    :raises KeyReused: it was booked with other facts.
    """
    return _post(_K.SETTLEMENT_OUT, line, [Leg(_CLEARING, _BALANCE, line.cents)], at)


def settle_return(*, line: BalanceLine, at: datetime) -> Movement:
    """Record that a reversed transfer or a failed refund came back to our balance.

    stripe balance -> stripe clearing

    Calling again for the same transaction returns the first movement, unchanged.
    :raises KeyReused: it was booked with other facts.
    """
    return _post(_K.SETTLEMENT_BACK, line, [Leg(_BALANCE, _CLEARING, line.cents)], at)


def suspend_outflow(*, key: str, about: str, cents: int, at: datetime, reason: str) -> Movement:
    """Record that Stripe sent or gave back money of which our books know neither whose nor why.

    suspense -> stripe clearing

    ``key`` is that of the movement that would have booked it (``tr:{id}``, ``re:{id}:ok``), so
    that it is booked once, as one or the other. Calling again returns the first movement.
    :raises KeyReused: it was booked as something else.
    """
    suspense = pots.platform(PotKind.SUSPENSE)
    fact = Fact(_K.SUSPENSE_OUT, key, about, cents, at, reason=reason[:300])
    legs = [Leg(suspense, _CLEARING, cents)]
    return post(fact, touching={suspense, _CLEARING}, legs=legs).movement


def withhold(*, line: BalanceLine, fee_cents: int, at: datetime) -> Movement:
    """Record that a bank's dispute took its amount, and Stripe its fee, out of our balance.

    dispute receivable (the amount), dispute fees (the fee) -> stripe balance

    ``line.cents`` is the amount without the fee. Calling again for the same transaction
    returns the first movement, unchanged.
    :raises KeyReused: it was booked with other facts.
    """
    legs = [Leg(_WITHHELD, _BALANCE, line.cents), Leg(_DISPUTE_FEES, _BALANCE, fee_cents)]
    return _post(_K.WITHHELD, line, legs, at)


def reinstate(*, line: BalanceLine, fee_cents: int, at: datetime) -> Movement:
    """Record that a bank's dispute gave its amount back, and Stripe its fee if it does.

    stripe balance -> dispute receivable (the amount), dispute fees (the fee)

    Calling again for the same transaction returns the first movement, unchanged.
    :raises KeyReused: it was booked with other facts.
    """
    legs = [Leg(_BALANCE, _WITHHELD, line.cents), Leg(_BALANCE, _DISPUTE_FEES, fee_cents)]
    return _post(_K.REINSTATED, line, legs, at)


def pay_out_to_bank(*, line: BalanceLine, returned: bool, at: datetime) -> Movement:
    """Record a payout of the platform to its own bank, or the return of one that failed.

    bank -> stripe balance, or when ``returned`` the reverse

    Calling again for the same transaction returns the first movement, unchanged.
    :raises KeyReused: it was booked with other facts.
    """
    bank = pots.platform(PotKind.BANK)
    pair = (_BALANCE, bank) if returned else (bank, _BALANCE)
    return _post(_K.BANK_PAYOUT, line, [Leg(*pair, line.cents)], at)


def book_unexplained(
    *, line: BalanceLine, came_in: bool, is_fee: bool, at: datetime, reason: str
) -> Movement:
    """Record any other transaction, so that our balance stays Stripe's; a person looks at it.

    stripe fees or suspense -> stripe balance, or when the money ``came_in`` the reverse

    Calling again for the same transaction returns the first movement, unchanged.
    :raises KeyReused: it was booked with other facts.
    """
    other = pots.platform(PotKind.STRIPE_FEES if is_fee else PotKind.SUSPENSE)
    pair = (_BALANCE, other) if came_in else (other, _BALANCE)
    return _post(_K.UNEXPLAINED, line, [Leg(*pair, line.cents)], at, reason)


def _post(
    kind: Movement.Kind, line: BalanceLine, legs: list[Leg], at: datetime, reason: str = ""
) -> Movement:
    if any(leg.amount_cents < 0 for leg in legs):
        raise InvalidInput("A balance transaction is booked by its size, not by its sign.")
    about = source_name(line.source_id) if line.source_id else "stripe"
    if kind in (_K.BANK_PAYOUT, _K.UNEXPLAINED):  # their legs go both ways, and legs are no facts
        about += ":in" if legs[0].debit == _BALANCE else ":out"
    fact = Fact(kind, f"bt:{line.transaction_id}", about, line.cents, at, reason=reason[:300])
    touched = {pot for leg in legs for pot in (leg.debit, leg.credit)}
    return post(fact, touching=touched, legs=legs).movement


def source_name(source_id: str) -> str:
    """What the settlement of one of Stripe's objects is about; refunds have two prefixes."""
    prefix = source_id.partition("_")[0]
    return f"{_FAMILIES.get(prefix, prefix)}:{source_id}"
