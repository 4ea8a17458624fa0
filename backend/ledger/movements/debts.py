"""Debt first: what somebody owes us is settled from whatever they are credited."""

from __future__ import annotations

from collections.abc import Sequence

from backend.ledger.posting import Leg
from backend.ledger.pots import Locked, PotName


def settle_debt(
    legs: Sequence[Leg], *, spendable: PotName, debt: PotName, locked: Locked
) -> list[Leg]:
    """``legs``, and one more that pays what is owed out of what is then spendable.

    ``spendable`` is a wallet or payable pot, ``debt`` the receivable of the same owner. It
    belongs into every movement that credits the one or raises the other.
    """
    after = locked[spendable].held_cents + _change(legs, spendable)
    owed = locked[debt].held_cents - _change(legs, debt)
    return [*legs, Leg(spendable, debt, max(0, min(after, owed)))]


def _change(legs: Sequence[Leg], name: PotName) -> int:
    credited = sum(leg.amount_cents for leg in legs if leg.credit == name)
    return credited - sum(leg.amount_cents for leg in legs if leg.debit == name)
