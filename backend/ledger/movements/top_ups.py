"""Money from Stripe: credited, set aside, settled (movements 1 and 2)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.accounts.models import User
from backend.core.announcements import announce
from backend.ledger import pots
from backend.ledger.announcements import WalletCredited
from backend.ledger.models import Movement, PotKind
from backend.ledger.movements.debts import settle_debt
from backend.ledger.posting import Fact, Leg, post
from backend.ledger.pots import Locked


@transaction.atomic
def top_up(
    *, client: User, amount_cents: int, payment_intent_id: str, about: UUID | str, at: datetime
) -> Movement:
    """Credit a wallet with what a PaymentIntent brought in.

    stripe clearing -> client wallet, and from there first to what the client owes

    Calling again for the same PaymentIntent returns the first movement, unchanged.
    :raises KeyReused: its money was already booked as something else.
    """
    clearing = pots.platform(PotKind.STRIPE_CLEARING)
    wallet, debt = pots.wallet_of(client.pk), pots.debt_of_client(client.pk)

    def legs(locked: Locked) -> list[Leg]:
        credit = [Leg(clearing, wallet, amount_cents)]
        return settle_debt(credit, spendable=wallet, debt=debt, locked=locked)

    posted = post(
        Fact(Movement.Kind.TOP_UP, _credit_key(payment_intent_id), str(about), amount_cents, at),
        touching=[clearing, wallet, debt],
        legs=legs,
    )
    if posted.is_new:
        announce(WalletCredited(client_id=client.pk, at=at))
    return posted.movement


def suspend_top_up(
    *, amount_cents: int, payment_intent_id: str, about: UUID | str, reason: str, at: datetime
) -> Movement:
    """Set aside money that Stripe took but that fits no top-up of ours.

    Shares its key with ``top_up``: the money of a PaymentIntent is booked once.
    """
    clearing, suspense = pots.platform(PotKind.STRIPE_CLEARING), pots.platform(PotKind.SUSPENSE)
    return post(
        Fact(
            Movement.Kind.SUSPENSE,
            _credit_key(payment_intent_id),
            str(about),
            amount_cents,
            at,
            reason=reason[:300],
        ),
        touching=[clearing, suspense],
        legs=[Leg(clearing, suspense, amount_cents)],
    ).movement


def settle_charge(
    *,
    transaction_id: str,
    payment_intent_id: str,
    gross_cents: int,
    fee_cents: int,
    at: datetime,
) -> Movement:
    """Record that a balance transaction confirmed a charge, less Stripe's fee.

    stripe balance (the net) and stripe fees (the fee) are debited, stripe clearing credited
    """
    balance, fees, clearing = (
        pots.platform(kind)
        for kind in (PotKind.STRIPE_BALANCE, PotKind.STRIPE_FEES, PotKind.STRIPE_CLEARING)
    )
    return post(
        Fact(
            Movement.Kind.SETTLEMENT,
            f"bt:{transaction_id}",
            f"pi:{payment_intent_id}",
            gross_cents,
            at,
        ),
        touching=[balance, fees, clearing],
        legs=[Leg(balance, clearing, gross_cents - fee_cents), Leg(fees, clearing, fee_cents)],
    ).movement


def _credit_key(payment_intent_id: str) -> str:
    return f"pi:{payment_intent_id}:credit"
