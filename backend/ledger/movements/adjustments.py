"""Money given or taken by hand, with a reason and a signature (movement 20)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from backend.accounts.models import User
from backend.core.announcements import announce
from backend.core.errors import InvalidInput
from backend.ledger import pots
from backend.ledger.announcements import WalletCredited
from backend.ledger.errors import NeedsSecondSignature
from backend.ledger.models import Movement, PotKind
from backend.ledger.movements.debts import settle_debt
from backend.ledger.posting import Fact, Leg, post
from backend.ledger.pots import Locked

ONE_SIGNATURE_CENTS_MAX: Final = 10_000


@transaction.atomic
def adjust(
    *,
    client: User,
    adjustment_id: UUID,
    cents: int,
    reason: str,
    signed_by: Sequence[UUID],
    at: datetime,
) -> Movement:
    """Give a client ``cents`` of goodwill, or take them when negative.

    ``signed_by``: one admin, or two different ones above 100 dollars.
    :raises NeedsSecondSignature: the amount is too large for one admin.
    :raises InsufficientFunds: more would be taken than the wallet holds.
    """
    if not cents or not reason.strip() or not signed_by:
        raise InvalidInput("An adjustment has an amount, a reason and a signature.")
    if abs(cents) > ONE_SIGNATURE_CENTS_MAX and len(set(signed_by)) < 2:
        raise NeedsSecondSignature(limit_cents=ONE_SIGNATURE_CENTS_MAX)
    goodwill = pots.platform(PotKind.GOODWILL)
    wallet, debt = pots.wallet_of(client.pk), pots.debt_of_client(client.pk)

    def legs(locked: Locked) -> list[Leg]:
        if cents < 0:
            return [Leg(wallet, goodwill, -cents)]
        given = [Leg(goodwill, wallet, cents)]
        return settle_debt(given, spendable=wallet, debt=debt, locked=locked)

    seconded = f" (seconded by {signed_by[1]})" if len(signed_by) > 1 else ""
    direction = "give" if cents > 0 else "take"
    posted = post(
        Fact(
            Movement.Kind.ADJUSTMENT,
            f"adj:{adjustment_id}",
            f"{direction}:{client.pk}",
            abs(cents),
            at,
            actor_id=signed_by[0],
            reason=f"{reason[:200]}{seconded}",
        ),
        touching=[goodwill, wallet, debt],
        legs=legs,
    )
    if posted.is_new and cents > 0:
        announce(WalletCredited(client_id=client.pk, at=at))
    return posted.movement
