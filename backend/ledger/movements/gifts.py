"""Gifts and doors of live streams: cash only, shared at once (movement 6), and doors given back.

Promotional credit and money that is held for a reading are never touched.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction

from backend.accounts.models import User
from backend.core.announcements import announce
from backend.ledger import flags, pots, spending
from backend.ledger.announcements import WalletCredited, WalletSpent
from backend.ledger.errors import KeyReused
from backend.ledger.models import Lot, Movement, PotKind, Transfer
from backend.ledger.movements.debts import settle_debt
from backend.ledger.movements.readings import open_lot
from backend.ledger.posting import Fact, Leg, post
from backend.ledger.pots import Locked
from backend.ledger.split import split

WORDS_MAX: Final = 300


class Door(NamedTuple):
    """The door of one premium stream: when it is to begin, and what the payer reads of it."""

    stream_id: UUID
    starts_at: datetime
    words: str = ""


@transaction.atomic
def send_gift(
    *, gift_id: UUID, sender: User, reader: User, price_cents: int, at: datetime, words: str = ""
) -> Movement:
    """Pay for one gift in a live stream; ``words`` say to the sender what it was.

    client wallet -> reader pending     70 %, rounded down
                  -> platform revenue   the rest

    Calling again for the same gift returns the first movement, unchanged.
    :raises InsufficientFunds: the wallet holds less cash than ``price_cents``.
    :raises SpendLimitReached: it is above the payer's own limit.
    :raises KeyReused: the gift was sent by or to somebody else, or for another price.
    """
    name = f"gift:{gift_id}"
    fact = Fact(Movement.Kind.GIFT, name, name, price_cents, at, reason=words[:WORDS_MAX])
    return _share(fact, payer=sender, earner=reader, matures_from=at)


@transaction.atomic
def buy_pass(*, door: Door, client: User, reader: User, price_cents: int, at: datetime) -> Movement:
    """Pay at the door of a premium stream, once: shared like a gift.

    What it earns matures after the stream was to begin, not before.
    :raises InsufficientFunds: the wallet holds less cash than ``price_cents``.
    :raises SpendLimitReached: it is above the payer's own limit.
    :raises KeyReused: this door was paid before, at another price.
    """
    name = pass_name(door.stream_id, client.pk)
    words = door.words[:WORDS_MAX]
    fact = Fact(Movement.Kind.STREAM_PASS, name, name, price_cents, at, reason=words)
    return _share(fact, payer=client, earner=reader, matures_from=max(door.starts_at, at))


@transaction.atomic
def refund_pass(*, stream_id: UUID, client: User, reader: User, at: datetime) -> Movement:
    """Give the whole price of a door back: the stream came to nothing.

    the reader's part, from where it lies by now -> client wallet, first to what they owe
    refunds (the platform's part)                -> client wallet

    Calling again returns the first movement, unchanged.
    :raises Movement.DoesNotExist: nothing was paid at this door.
    """
    name = pass_name(stream_id, client.pk)
    paid = Movement.objects.get(key=name)
    lot = Lot.objects.select_for_update().get(about=name)
    share = split(paid.gross_cents)
    wallet, owed = pots.wallet_of(client.pk), pots.debt_of_client(client.pk)
    contra = pots.platform(PotKind.REFUNDS_CONTRA)
    earned = [pots.pending_of(reader.pk), pots.payable_of(reader.pk)]
    debt = pots.debt_of_reader(reader.pk)

    def legs(locked: Locked) -> list[Leg]:
        pending, payable = earned
        matured = lot.state == Lot.State.PAYABLE
        there = min(share.reader_cents, locked[payable].held_cents) if matured else 0
        back = [
            Leg(pending, wallet, 0 if matured else share.reader_cents),
            Leg(payable, wallet, there),
            Leg(debt, wallet, share.reader_cents - there if matured else 0),
            Leg(contra, wallet, share.platform_cents),
        ]
        return settle_debt(back, spendable=wallet, debt=owed, locked=locked)

    posted = post(
        Fact(
            Movement.Kind.PASS_REFUND,
            f"{name}:refund",
            name,
            paid.gross_cents,
            at,
            reason=f"Given back: {paid.reason}"[:WORDS_MAX],
        ),
        touching=[*earned, debt, wallet, owed, contra],
        legs=legs,
    )
    if posted.is_new:
        lot.refunded_cents += share.reader_cents
        lot.save(update_fields=["refunded_cents"])
        announce(WalletCredited(client_id=client.pk, at=at))
    return posted.movement


def pass_name(stream_id: UUID, client_id: UUID) -> str:
    """What movements and the lot of one door are called."""
    return f"pass:{stream_id}:{client_id}"


def _share(fact: Fact, *, payer: User, earner: User, matures_from: datetime) -> Movement:
    """Take the price from the payer's cash and give each side its part; say that it is gone."""
    share = split(fact.gross_cents)
    wallet, pending = pots.wallet_of(payer.pk), pots.pending_of(earner.pk)
    revenue = pots.platform(PotKind.REVENUE_GIFT)

    def legs(_: Locked) -> list[Leg]:
        spending.refuse_beyond(payer.pk, fact.gross_cents, at=fact.at)
        return [
            Leg(wallet, pending, share.reader_cents),
            Leg(wallet, revenue, share.platform_cents),
        ]

    posted = post(fact, touching=[wallet, pending, revenue], legs=legs)
    if not posted.is_new:
        _refuse_others(posted.movement, payer, earner)
        return posted.movement
    _open_lot(fact, earner, share.reader_cents, matures_from)
    flags.examine(about=fact.about, client_id=payer.pk, reader_id=earner.pk, at=fact.at)
    announce(WalletSpent(client_id=payer.pk, at=fact.at))
    return posted.movement


def _refuse_others(first: Movement, payer: User, earner: User) -> None:
    """The people are facts too, and only the first line knows them."""
    between = Transfer.objects.filter(
        movement=first, line=0, debit_pot__owner=payer, credit_pot__owner=earner
    )
    if not between.exists():
        raise KeyReused(f"{first.key} was paid by or to somebody else.")


def _open_lot(fact: Fact, earner: User, cents: int, matures_from: datetime) -> None:
    hold = timedelta(hours=settings.EARNINGS_HOLD_HOURS)
    open_lot(
        about=fact.about, reader_id=earner.pk, earned_cents=cents, matures_at=matures_from + hold
    )
