"""Promotional codes: typed once, good for a time, spent first, never taken out."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from backend.accounts import exclusions
from backend.accounts.models import User
from backend.core.errors import Forbidden
from backend.ledger import movements, signatures
from backend.ledger.errors import NeedsSecondSignature, SamePerson
from payouts.models import PromoCode, PromoRedemption
from payouts.wallet.errors import CodeNotValid, CodeRedeemedBefore, CodeUsedUp


@transaction.atomic
def keep(*, code: PromoCode, by: User, at: datetime) -> bool:
    """Save a code as an admin wants it; False: it is off until another admin switches it on.

    Its credit ends as a reader's earnings, so all that it may give is signed for like any other
    money given away: by one admin within their limits, else by two.
    """
    before = PromoCode.objects.select_for_update().filter(pk=code.pk).first()
    code.uses = before.uses if before else 0
    if before is None or before.worth_cents != code.worth_cents:
        code.made_by, code.is_signed = by, _signs_alone(code, by, at)
    elif code.is_active and not code.is_signed:
        code.is_signed = _seconds(code, by)
    wanted, code.is_active = code.is_active, code.is_active and code.is_signed
    code.save()
    return code.is_active == wanted


@transaction.atomic
def redeem(*, client: User, code: str, at: datetime) -> PromoRedemption:
    """Grant what a code is worth. Doors count tries, so that nobody guesses.

    One conditional UPDATE counts the use, so of many at once exactly ``uses_max`` succeed.
    :raises Forbidden: only clients in good standing.
    :raises SelfExcluded: they asked not to be let spend.
    :raises CodeNotValid: there is no such code, or not now.
    :raises CodeRedeemedBefore: once for each client.
    :raises CodeUsedUp: others were faster.
    """
    if not client.is_client or client.is_frozen:
        raise Forbidden("Only clients in good standing redeem codes.")
    exclusions.refuse(client.pk, at=at)
    live = PromoCode.objects.filter(is_active=True, starts_at__lte=at, ends_at__gt=at)
    found = live.filter(code=code.strip().upper()).first()
    if found is None:
        raise CodeNotValid("This code is not valid. Check the letters, and whether it has run out.")
    redemption = PromoRedemption(code=found, client=client, at=at)
    try:
        with transaction.atomic():
            redemption.save(force_insert=True)
    except IntegrityError as refusal:
        raise CodeRedeemedBefore from refusal
    counted = live.filter(pk=found.pk, uses__lt=F("uses_max")).update(uses=F("uses") + 1)
    if counted != 1:
        raise CodeUsedUp
    movements.grant_promo(
        client=client,
        grant_id=redemption.pk,
        cents=found.cents,
        expires_at=at + timedelta(days=found.valid_days),
        at=at,
    )
    return redemption


def expire_due(*, at: datetime) -> int:
    """Take back credit whose time is up, batch by batch; how many grants there were."""
    total = 0
    while count := movements.expire_due(at=at):
        total += count
    return total


def _signs_alone(code: PromoCode, by: User, at: datetime) -> bool:
    try:
        with transaction.atomic():
            signatures.sign_alone(admin_id=by.pk, cents=code.worth_cents, beneficiaries=(), at=at)
    except NeedsSecondSignature:
        return False
    return True


def _seconds(code: PromoCode, by: User) -> bool:
    if code.made_by_id is None:
        return False
    try:
        signatures.require_three(requester_id=code.made_by_id, approver_id=by.pk, beneficiaries=())
    except SamePerson:
        return False
    return True
