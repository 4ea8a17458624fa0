"""Who may sign for money: small acts alone, larger ones by two, nobody for themselves.

Approver, requester and beneficiary are three people; what an admin signs alone has a limit
for each act and a limit for each UTC day. Whoever needs several locks signs first and locks
the pots afterwards.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from backend.accounts.models import Role, User
from backend.core.errors import Forbidden, InvalidInput
from backend.ledger.errors import NeedsSecondSignature, SamePerson
from backend.ledger.models import SignedAlone

_FOR_THEMSELVES: Final = "Nobody signs for money that concerns themselves."


@transaction.atomic
def sign_alone(
    *, admin_id: UUID, cents: int, beneficiaries: Collection[UUID], at: datetime
) -> None:
    """Let one admin answer for ``cents``, counted into what they signed alone that UTC day.

    To be called in the transaction of the act itself, so that an act that fails counts
    nothing. One conditional UPDATE decides, so of many racing acts none passes the limit.
    :param beneficiaries: everybody who gains or loses by the act.
    :raises NeedsSecondSignature: the act, or with it the day, is too large for one admin.
    :raises Forbidden: no admin in office, or one whom the money concerns.
    """
    if cents <= 0:
        raise InvalidInput("A signature stands for an amount.")
    _must_be_admins({admin_id})
    if admin_id in beneficiaries:
        raise Forbidden(_FOR_THEMSELVES)
    if cents > settings.STAFF_ALONE_MAX_CENTS:
        raise NeedsSecondSignature(limit_cents=settings.STAFF_ALONE_MAX_CENTS)
    today = {"admin_id": admin_id, "signed_date": at.astimezone(UTC).date()}
    SignedAlone.objects.bulk_create([SignedAlone(**today)], ignore_conflicts=True)
    room = SignedAlone.objects.filter(**today, cents__lte=settings.STAFF_ALONE_DAY_CENTS - cents)
    if room.update(cents=F("cents") + cents, acts=F("acts") + 1) != 1:
        raise NeedsSecondSignature(
            "You have signed as much alone today as one admin may; a second one has to sign.",
            limit_cents=settings.STAFF_ALONE_DAY_CENTS,
        )


def require_three(
    *, requester_id: UUID, approver_id: UUID, beneficiaries: Collection[UUID]
) -> None:
    """See that an act of two signatures is one of two admins, and that neither gains by it.

    :param beneficiaries: everybody who gains or loses by the act.
    :raises SamePerson: approver, requester and beneficiaries are not different people.
    :raises Forbidden: one of the two is no admin in office.
    """
    if requester_id == approver_id:
        raise SamePerson("You asked for this yourself; another admin has to approve it.")
    if {requester_id, approver_id} & set(beneficiaries):
        raise SamePerson(_FOR_THEMSELVES)
    _must_be_admins({requester_id, approver_id})


def can_sign_alone(*, admin_id: UUID, cents: int, at: datetime) -> bool:
    """Whether ``sign_alone`` would let them, as things stand. For previews; it locks nothing."""
    signed = signed_alone_cents(admin_id=admin_id, at=at)
    return (
        cents <= settings.STAFF_ALONE_MAX_CENTS and signed + cents <= settings.STAFF_ALONE_DAY_CENTS
    )


def signed_alone_cents(*, admin_id: UUID, at: datetime) -> int:
    """What an admin has signed alone on the UTC day of ``at``."""
    today = SignedAlone.objects.filter(admin_id=admin_id, signed_date=at.astimezone(UTC).date())
    return today.values_list("cents", flat=True).first() or 0


def _must_be_admins(ids: set[UUID]) -> None:
    in_office = User.objects.filter(
        pk__in=ids, role=Role.ADMIN, is_active=True, frozen_at__isnull=True
    )
    if in_office.count() != len(ids):
        raise Forbidden("Only admins sign for money.")
