"""The receipt of one gift, for the two people whom it concerns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Q

from backend.accounts.models import User
from backend.core.errors import NotFound
from backend.ledger import selectors as ledger
from live.models import Gift
from live.streams import gift_selectors
from live.streams.cards import HostCard, host_card

ACTIVITY_LOOKED_AT: Final = 1_000


@dataclass(frozen=True)
class Receipt:
    """What was paid, by whom to whom. ``role``: client (who gave) or reader (who got).

    ``sender_name`` is nobody's when the sender wished so. ``before_cents`` and ``after_cents``
    are the sender's balance around it, null for the reader and when it is long ago.
    """

    gift: Gift
    role: str
    art_url: str
    sender_name: str
    host: HostCard
    platform_cents: int
    before_cents: int | None
    after_cents: int | None


def receipt_of(user: User, gift_id: UUID) -> Receipt:
    """The receipt of a gift that ``user`` gave or got.

    :raises NotFound: there is none, or it concerns others.
    """
    concerned = Gift.objects.filter(Q(sender=user) | Q(reader=user), id=gift_id)
    gift = concerned.select_related(
        "kind", "sender", "stream", "stream__host", "stream__host__reader_profile"
    ).first()
    if gift is None:
        raise NotFound("There is no such gift.")
    role = "client" if gift.sender_id == user.pk else "reader"
    before, after = _balance_around(gift) if role == "client" else (None, None)
    return Receipt(
        gift=gift,
        role=role,
        art_url=gift_selectors.art_url(gift.kind.art),
        sender_name=gift_selectors.sender_name(gift),
        host=host_card(gift.stream),
        platform_cents=gift.price_cents - gift.reader_cents,
        before_cents=before,
        after_cents=after,
    )


def _balance_around(gift: Gift) -> tuple[int | None, int | None]:
    for row in ledger.activity_of(gift.sender_id, limit=ACTIVITY_LOOKED_AT):
        if row.about == f"gift:{gift.id}":
            return row.balance_cents - row.amount_cents, row.balance_cents
    return None, None
