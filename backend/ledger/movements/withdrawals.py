"""Money that goes back to cards: withdrawn by the client, or by hand at Stripe (movements 14, 25).

Refunds are named by Stripe's ids (``re_…``), payments by theirs (``pi_…``).
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from backend.accounts import selectors as people
from backend.accounts.models import User
from backend.core.announcements import announce
from backend.core.errors import IllegalMove, InvalidInput
from backend.ledger import pots, refundables
from backend.ledger.announcements import WalletCredited, WalletSpent
from backend.ledger.errors import InsufficientFunds, KeyReused
from backend.ledger.models import Movement, PotKind
from backend.ledger.movements.debts import settle_debt
from backend.ledger.posting import Fact, Leg, post
from backend.ledger.pots import Locked

_K = Movement.Kind


class CardRefund(NamedTuple):
    """One refund of Stripe: of which payment, how much."""

    refund_id: str
    payment_intent_id: str
    cents: int

    @property
    def about(self) -> str:
        return refundables.payment_name(self.payment_intent_id)


@transaction.atomic
def withdraw(*, withdrawal_id: UUID, client: User, cents: int, at: datetime) -> Movement:
    """Set unused money aside that goes back to the cards it came from.

    client wallet -> refund payable

    Calling again for the same withdrawal returns the first movement, unchanged.
    :raises InsufficientFunds: less than ``cents`` may go back (``withdrawable_cents``).
    :raises AccountUnderReview: staff has to look at the client first.
    """
    if cents <= 0:
        raise InvalidInput("A withdrawal takes something out.")
    wallet, away = pots.wallet_of(client.pk), pots.on_its_way_to(client.pk)

    def legs(_: Locked) -> list[Leg]:
        people.refuse_under_review(client.pk)
        may_go = refundables.withdrawable_cents(client.pk, at=at)
        if cents > may_go:
            raise InsufficientFunds(needed_cents=cents, available_cents=may_go)
        return [Leg(wallet, away, cents)]

    posted = post(
        Fact(_K.WITHDRAWAL, f"wd:{withdrawal_id}", f"withdrawal:{client.pk}", cents, at),
        touching=[wallet, away],
        legs=legs,
    )
    if posted.is_new:
        announce(WalletSpent(client_id=client.pk, at=at))
    return posted.movement


@transaction.atomic
def confirm_refund(*, refund: CardRefund, client: User, at: datetime) -> Movement:
    """Record that a refund of a withdrawal of ours succeeded.

    refund payable -> stripe clearing

    Calling again for the same refund returns the first movement, unchanged.
    :raises IllegalMove: it failed before, or less than that is on its way.
    :raises KeyReused: it was booked as one made by hand, or with another amount.
    """
    away, clearing = pots.on_its_way_to(client.pk), pots.platform(PotKind.STRIPE_CLEARING)

    def legs(locked: Locked) -> list[Leg]:
        _refuse_failed(refund)
        if locked[away].held_cents < refund.cents:
            raise IllegalMove("That much is not on its way to a card.")
        return [Leg(away, clearing, refund.cents)]

    # The wallet and the debt are not moved, but ``fail_refund`` may follow in this transaction:
    # all are locked now, in their order, for a withdrawal locks the wallet before what is away.
    return post(
        Fact(_K.CARD_REFUND, _ok_key(refund), refund.about, refund.cents, at),
        touching=[away, clearing, pots.wallet_of(client.pk), pots.debt_of_client(client.pk)],
        legs=legs,
    ).movement


@transaction.atomic
def fail_refund(*, refund: CardRefund, client: User, at: datetime) -> Movement:
    """Give the money of a refund that failed back to the wallet, once.

    refund payable -> client wallet, or, when it had been confirmed before,
    stripe clearing -> client wallet; and from there first to what the client owes

    Calling again for the same refund returns the first movement, unchanged.
    :raises IllegalMove: less than that is on its way.
    :raises KeyReused: it was confirmed with another amount or for another payment.
    """
    away, clearing = pots.on_its_way_to(client.pk), pots.platform(PotKind.STRIPE_CLEARING)
    wallet, debt = pots.wallet_of(client.pk), pots.debt_of_client(client.pk)

    def legs(locked: Locked) -> list[Leg]:
        confirmed = Movement.objects.filter(key=_ok_key(refund)).first()
        if confirmed and (confirmed.about, confirmed.gross_cents) != (refund.about, refund.cents):
            raise KeyReused(f"{refund.refund_id} was confirmed as something else.")
        if not confirmed and locked[away].held_cents < refund.cents:
            raise IllegalMove("That much is not on its way to a card.")
        back = [Leg(clearing if confirmed else away, wallet, refund.cents)]
        return settle_debt(back, spendable=wallet, debt=debt, locked=locked)

    fact = Fact(
        _K.CARD_REFUND_FAILED, f"re:{refund.refund_id}:fail", refund.about, refund.cents, at
    )
    posted = post(fact, touching=[away, clearing, wallet, debt], legs=legs)
    if posted.is_new:
        announce(WalletCredited(client_id=client.pk, at=at))
    return posted.movement


@transaction.atomic
def book_dashboard_refund(*, refund: CardRefund, client: User, at: datetime) -> Movement:
    """Record a refund that somebody made in Stripe's dashboard: it has happened.

    client wallet -> stripe clearing, as far as it goes; the rest the client owes

    Calling again for the same refund returns the first movement, unchanged.
    :raises IllegalMove: it failed before.
    :raises KeyReused: it was booked as part of a withdrawal, or with another amount.
    """
    wallet, debt = pots.wallet_of(client.pk), pots.debt_of_client(client.pk)
    clearing = pots.platform(PotKind.STRIPE_CLEARING)

    def legs(locked: Locked) -> list[Leg]:
        _refuse_failed(refund)
        there = min(refund.cents, locked[wallet].held_cents)
        out = [Leg(wallet, clearing, there), Leg(debt, clearing, refund.cents - there)]
        return settle_debt(out, spendable=wallet, debt=debt, locked=locked)

    posted = post(
        Fact(_K.DASHBOARD_REFUND, _ok_key(refund), refund.about, refund.cents, at),
        touching=[wallet, debt, clearing],
        legs=legs,
    )
    if posted.is_new:
        announce(WalletSpent(client_id=client.pk, at=at))
    return posted.movement


def _refuse_failed(refund: CardRefund) -> None:
    if Movement.objects.filter(key=f"re:{refund.refund_id}:fail").exists():
        raise IllegalMove("This refund has failed.")


def _ok_key(refund: CardRefund) -> str:
    return f"re:{refund.refund_id}:ok"
