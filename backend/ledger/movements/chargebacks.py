"""A bank takes a payment back: frozen, won, lost, written off (movements 15a, 16, 17).

What Stripe's balance does meanwhile is in ``settlements``. Disputes are named by Stripe's ids
(``dp_…``), payments by theirs (``pi_…``).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.db import transaction
from django.db.models import Sum

from backend.accounts.models import User
from backend.core.announcements import announce
from backend.core.errors import IllegalMove, NotFound
from backend.ledger import pots, refundables
from backend.ledger.announcements import WalletCredited, WalletSpent
from backend.ledger.models import Movement, PotKind, Transfer
from backend.ledger.movements.debts import settle_debt
from backend.ledger.posting import Fact, Leg, Posted, post
from backend.ledger.pots import Locked

_K = Movement.Kind
WRITE_OFF_AFTER: Final = timedelta(days=90)


class Chargeback(NamedTuple):
    """One dispute of a bank: of which payment, how much."""

    dispute_id: str
    payment_intent_id: str
    cents: int

    @property
    def about(self) -> str:
        return refundables.payment_name(self.payment_intent_id)

    def key(self, step: str) -> str:
        return f"dp:{self.dispute_id}:{step}"


@transaction.atomic
def freeze_chargeback(*, chargeback: Chargeback, client: User, at: datetime) -> Movement:
    """Freeze what a client has left of a payment that their bank disputes.

    client wallet -> client frozen, the amount or all that there is

    Calling again for the same dispute returns the first movement, unchanged.
    """
    fact = Fact(_K.CHARGEBACK, chargeback.key("freeze"), chargeback.about, chargeback.cents, at)
    return _freeze(fact, client)


@transaction.atomic
def win_chargeback(*, chargeback: Chargeback, client: User, at: datetime) -> Movement:
    """Give back to the client what was frozen: the dispute was won, or withdrawn.

    client frozen -> client wallet, and from there first to what the client owes

    Calling again for the same dispute returns the first movement, unchanged.
    :raises NotFound: nothing was ever frozen for this dispute.
    :raises IllegalMove: it was lost before.
    """
    frozen = _frozen_by(chargeback.key("freeze"), client)
    fact = Fact(_K.CHARGEBACK_WON, chargeback.key("won"), chargeback.about, chargeback.cents, at)
    return _thaw(fact, client, frozen, unless=chargeback.key("lost"))


@transaction.atomic
def lose_chargeback(*, chargeback: Chargeback, client: User, at: datetime) -> Movement:
    """The bank keeps the money: the frozen part pays for it, the rest the client owes.

    client frozen, client receivable (the rest) -> dispute receivable

    What the client has in the wallet by now pays the debt at once. Calling again for the same
    dispute returns the first movement, unchanged.
    :raises NotFound: nothing was ever frozen for this dispute.
    :raises IllegalMove: it was won before.
    """
    frozen_cents = _frozen_by(chargeback.key("freeze"), client)
    frozen, withheld = pots.frozen_of(client.pk), pots.platform(PotKind.DISPUTE_RECEIVABLE)
    wallet, debt = pots.wallet_of(client.pk), pots.debt_of_client(client.pk)

    def legs(locked: Locked) -> list[Leg]:
        _refuse_if_posted(chargeback.key("won"))
        gone = [
            Leg(frozen, withheld, frozen_cents),
            Leg(debt, withheld, chargeback.cents - frozen_cents),
        ]
        return settle_debt(gone, spendable=wallet, debt=debt, locked=locked)

    posted = post(
        Fact(_K.CHARGEBACK_LOST, chargeback.key("lost"), chargeback.about, chargeback.cents, at),
        touching=[frozen, withheld, wallet, debt],
        legs=legs,
    )
    if posted.is_new:
        announce(WalletSpent(client_id=client.pk, at=at))
    return posted.movement


@transaction.atomic
def write_off(*, chargeback: Chargeback, client: User, at: datetime) -> Movement:
    """Give up what a client still owes for a dispute that was lost 90 days ago.

    bad debt -> client receivable

    Calling again for the same dispute returns the first movement, unchanged.
    :raises NotFound: this dispute was never lost.
    :raises IllegalMove: it was lost less than 90 days ago.
    """
    lost = Movement.objects.filter(key=chargeback.key("lost")).first()
    if lost is None:
        raise NotFound("This dispute was never lost.")
    if at < lost.at + WRITE_OFF_AFTER:
        raise IllegalMove("It is too early to give this debt up.")
    owed = Transfer.objects.filter(movement=lost, debit_pot__kind=PotKind.CLIENT_RECEIVABLE)
    owed_cents = owed.aggregate(cents=Sum("amount_cents"))["cents"] or 0
    bad, debt = pots.platform(PotKind.BAD_DEBT), pots.debt_of_client(client.pk)
    return post(
        Fact(_K.WRITE_OFF, chargeback.key("writeoff"), chargeback.about, chargeback.cents, at),
        touching=[bad, debt],
        legs=lambda locked: [Leg(bad, debt, min(owed_cents, locked[debt].held_cents))],
    ).movement


@transaction.atomic
def freeze_warned(
    *, warning_id: str, payment_intent_id: str, client: User, cents: int, at: datetime
) -> Movement:
    """Freeze what a client has left of a payment that their bank warned of (movement 26).

    client wallet -> client frozen, the amount or all that there is

    Calling again for the same warning (``issfr_…``) returns the first movement, unchanged.
    """
    about = refundables.payment_name(payment_intent_id)
    return _freeze(Fact(_K.FRAUD_WARNING, f"efw:{warning_id}:freeze", about, cents, at), client)


@transaction.atomic
def clear_warned(*, warning_id: str, client: User, at: datetime) -> Movement:
    """Give back what was frozen for a warning that came to nothing.

    client frozen -> client wallet, and from there first to what the client owes

    Calling again for the same warning returns the first movement, unchanged.
    :raises NotFound: nothing was ever frozen for this warning.
    """
    key = f"efw:{warning_id}:freeze"
    frozen_cents = _frozen_by(key, client)
    first = Movement.objects.get(key=key)
    clear = f"efw:{warning_id}:clear"
    fact = Fact(_K.FRAUD_WARNING_CLEARED, clear, first.about, first.gross_cents, at)
    return _thaw(fact, client, frozen_cents)


def _freeze(fact: Fact, client: User) -> Movement:
    wallet, frozen = pots.wallet_of(client.pk), pots.frozen_of(client.pk)
    posted = post(
        fact,
        touching=[wallet, frozen],
        legs=lambda locked: [Leg(wallet, frozen, min(fact.gross_cents, locked[wallet].held_cents))],
    )
    if posted.is_new:
        announce(WalletSpent(client_id=client.pk, at=fact.at))
    return posted.movement


def _thaw(fact: Fact, client: User, frozen_cents: int, *, unless: str = "") -> Movement:
    frozen, wallet = pots.frozen_of(client.pk), pots.wallet_of(client.pk)
    debt = pots.debt_of_client(client.pk)

    def legs(locked: Locked) -> list[Leg]:
        _refuse_if_posted(unless)
        back = [Leg(frozen, wallet, frozen_cents)]
        return settle_debt(back, spendable=wallet, debt=debt, locked=locked)

    posted: Posted = post(fact, touching=[frozen, wallet, debt], legs=legs)
    if posted.is_new:
        announce(WalletCredited(client_id=client.pk, at=fact.at))
    return posted.movement


def _frozen_by(key: str, client: User) -> int:
    """What one freeze took out of this client's wallet.

    :raises NotFound: there was no such freeze.
    """
    if not Movement.objects.filter(key=key).exists():
        raise NotFound("Nothing was frozen for this.")
    taken = Transfer.objects.filter(
        movement__key=key, credit_pot__kind=PotKind.CLIENT_FROZEN, credit_pot__owner=client
    )
    return int(taken.aggregate(cents=Sum("amount_cents"))["cents"] or 0)


def _refuse_if_posted(key: str) -> None:
    if Movement.objects.filter(key=key).exists():
        raise IllegalMove("This was decided the other way before.")
