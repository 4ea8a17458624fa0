"""Money given or taken by hand, with a reason and a signature (movement 20)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.accounts.models import User
from backend.core.announcements import announce
from backend.core.errors import InvalidInput
from backend.ledger import pots, signatures
from backend.ledger.announcements import WalletCredited
from backend.ledger.models import Lot, Movement, PotKind
from backend.ledger.movements.debts import settle_debt
from backend.ledger.posting import Fact, Leg, post, posted_before
from backend.ledger.pots import Locked, PotName


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

    ``signed_by``: one admin within the limits, else requester and approver. Calling again
    for the same adjustment returns the first movement, unchanged.
    :raises NeedsSecondSignature: the amount, or the day, is too large for one admin.
    :raises SamePerson: requester, approver and client are not three people.
    :raises Forbidden: one who signs is no admin, or is the client.
    :raises InsufficientFunds: more would be taken than the wallet holds.
    """
    if not cents or not reason.strip() or not 1 <= len(signed_by) <= 2:
        raise InvalidInput("An adjustment has an amount, a reason, and one or two signatures.")
    about = f"{'give' if cents > 0 else 'take'}:{client.pk}"
    fact = _fact(about, adjustment_id, cents, reason, signed_by, at)
    if first := posted_before(fact):
        return first
    _sign(client, cents, signed_by, at)
    goodwill, wallet, debt = _pots(client.pk)

    def legs(locked: Locked) -> list[Leg]:
        return _legs(client.pk, cents, locked)

    posted = post(fact, touching=[goodwill, wallet, debt], legs=legs)
    if posted.is_new and cents > 0:
        announce(WalletCredited(client_id=client.pk, at=at))
    return posted.movement


@transaction.atomic
def make_good(
    *,
    reader: User,
    adjustment_id: UUID,
    cents: int,
    reason: str,
    signed_by: Sequence[UUID],
    at: datetime,
) -> Movement:
    """Give a reader ``cents`` of goodwill, e.g. what an appeal found to be theirs after all.

    goodwill -> reader pending, as a lot of its own that matures next, debt first

    ``signed_by``: one admin within the limits, else requester and approver. Calling again
    for the same adjustment returns the first movement, unchanged.
    :raises NeedsSecondSignature: the amount, or the day, is too large for one admin.
    :raises SamePerson: requester, approver and reader are not three people.
    :raises Forbidden: one who signs is no admin.
    """
    if cents <= 0 or not reason.strip() or not 1 <= len(signed_by) <= 2:
        raise InvalidInput("A reader is given something, for a reason, by one or two signatures.")
    about = adjustment_name(adjustment_id)
    fact = _fact(about, adjustment_id, cents, reason, signed_by, at)
    if first := posted_before(fact):
        return first
    _sign(reader, cents, signed_by, at)
    goodwill, pending = pots.platform(PotKind.GOODWILL), pots.pending_of(reader.pk)
    posted = post(fact, touching=[goodwill, pending], legs=[Leg(goodwill, pending, cents)])
    if posted.is_new:
        Lot.objects.create(about=about, reader=reader, earned_cents=cents, matures_at=at)
    return posted.movement


def adjustment_name(adjustment_id: UUID) -> str:
    """What the movement and the lot of one reader's adjustment are about."""
    return f"adjustment:{adjustment_id}"


@transaction.atomic
def preview_adjustment(*, person: User, cents: int) -> list[Leg]:
    """The legs that ``adjust`` or ``make_good`` would post at this moment; nothing moves."""
    if person.is_reader:
        return [Leg(pots.platform(PotKind.GOODWILL), pots.pending_of(person.pk), cents)]
    locked = pots.lock(_pots(person.pk))
    return [leg for leg in _legs(person.pk, cents, locked) if leg.amount_cents]


def _pots(client_id: UUID) -> tuple[PotName, PotName, PotName]:
    goodwill = pots.platform(PotKind.GOODWILL)
    return goodwill, pots.wallet_of(client_id), pots.debt_of_client(client_id)


def _legs(client_id: UUID, cents: int, locked: Locked) -> list[Leg]:
    goodwill, wallet, debt = _pots(client_id)
    if cents < 0:
        return [Leg(wallet, goodwill, -cents)]
    given = [Leg(goodwill, wallet, cents)]
    return settle_debt(given, spendable=wallet, debt=debt, locked=locked)


def _fact(
    about: str,
    adjustment_id: UUID,
    cents: int,
    reason: str,
    signed_by: Sequence[UUID],
    at: datetime,
) -> Fact:
    seconded = f" (seconded by {signed_by[1]})" if len(signed_by) > 1 else ""
    return Fact(
        Movement.Kind.ADJUSTMENT,
        f"adj:{adjustment_id}",
        about,
        abs(cents),
        at,
        actor_id=signed_by[0],
        reason=f"{reason[:200]}{seconded}",
    )


def _sign(person: User, cents: int, signed_by: Sequence[UUID], at: datetime) -> None:
    concerned = {person.pk}
    if len(signed_by) == 1:
        signatures.sign_alone(
            admin_id=signed_by[0], cents=abs(cents), beneficiaries=concerned, at=at
        )
    else:
        requester_id, approver_id = signed_by
        signatures.require_three(
            requester_id=requester_id, approver_id=approver_id, beneficiaries=concerned
        )
