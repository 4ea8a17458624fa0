"""Promotional credit: granted, spent first, expiring (movement 18).

A client's promotional pot never keeps more than the grants that are still valid. So credit
that was held for a reading when its grant ran out expires when the hold is released.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from backend.accounts.models import User
from backend.core import sweeps
from backend.core.announcements import announce
from backend.ledger import pots
from backend.ledger.announcements import WalletCredited
from backend.ledger.models import Movement, PotKind, PromoGrant
from backend.ledger.posting import Fact, Leg, post
from backend.ledger.pots import Locked

EXPIRING_BATCH = 500


@transaction.atomic
def grant_promo(
    *, client: User, grant_id: UUID, cents: int, expires_at: datetime, at: datetime
) -> Movement:
    """Give a client ``cents`` of credit, spendable until ``expires_at``, never withdrawable.

    Calling again for the same grant returns the first movement, unchanged.
    :raises KeyReused: the grant was given with another amount.
    """
    expense, promo = pots.platform(PotKind.PROMO_EXPENSE), pots.promo_of(client.pk)
    posted = post(
        Fact(Movement.Kind.PROMO_GRANT, f"promo:{grant_id}:grant", _about(grant_id), cents, at),
        touching=[expense, promo],
        legs=[Leg(expense, promo, cents)],
    )
    if posted.is_new:
        PromoGrant.objects.create(id=grant_id, client=client, cents=cents, expires_at=expires_at)
        announce(WalletCredited(client_id=client.pk, at=at))
    return posted.movement


@transaction.atomic
def expire_promo(*, grant_id: UUID, at: datetime) -> Movement:
    """Take back what is unspent and unheld of a grant that has run out.

    What a running reading holds survives, and expires when it is released.
    """
    grant = PromoGrant.objects.select_for_update().get(id=grant_id)
    expense, promo = pots.platform(PotKind.PROMO_EXPENSE), pots.promo_of(grant.client_id)

    def unspent(locked: Locked) -> list[Leg]:
        others = valid_cents([grant.client_id], at=at, apart_from=grant.pk)
        rest = max(0, locked[promo].held_cents - others.get(grant.client_id, 0))
        return [Leg(promo, expense, rest)]

    key = f"promo:{grant_id}:expire"
    posted = post(
        Fact(Movement.Kind.PROMO_EXPIRY, key, _about(grant_id), grant.cents, at),
        touching=[expense, promo],
        legs=unspent,
    )
    if posted.is_new:
        grant.expired_at = at
        grant.save(update_fields=["expired_at"])
    return posted.movement


def expire_due(*, at: datetime) -> int:
    """Expire the grants whose time is up, at most a batch; how many went. One may fail."""
    due = PromoGrant.objects.filter(expired_at=None, expires_at__lte=at).order_by("expires_at")
    ids = list(due.values_list("id", flat=True)[:EXPIRING_BATCH])
    return sweeps.each(
        ids, lambda grant_id: expire_promo(grant_id=grant_id, at=at), job="expire promos"
    )


def valid_cents(
    client_ids: Iterable[UUID], *, at: datetime, apart_from: UUID | None = None
) -> dict[UUID, int]:
    """The sum of each client's grants that are still valid at ``at``, spent or not."""
    valid = PromoGrant.objects.filter(
        client__in=list(client_ids), expired_at=None, expires_at__gt=at
    )
    if apart_from is not None:
        valid = valid.exclude(id=apart_from)
    return dict(valid.values_list("client").annotate(Sum("cents")))


def _about(grant_id: UUID) -> str:
    return f"promo:{grant_id}"
