"""Questions about money coming in, and who may ask them. A person sees only their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from backend.accounts.models import User
from backend.core.errors import Forbidden, NotFound
from backend.ledger import selectors as ledger
from payouts.models import TopUp
from payouts.states import FINAL, TopUpStatus

PAGE_ROWS: Final = 20
KINDS: Final = {
    "readings": frozenset({"capture", "free_seconds"}),
    "gifts": frozenset({"gift", "stream_pass", "pass_refund"}),
    "added": frozenset({"top_up", "promo_grant", "adjustment"}),
    "back": frozenset({"card_refund", "card_refund_failed", "dashboard_refund"}),
}


@dataclass(frozen=True)
class ActivityPage:
    """Some lines of a person's activity, newest first. ``next_seq``: where older ones begin."""

    rows: list[ledger.ActivityRow]
    next_seq: int | None


def wallet_owner(user: User) -> User:
    """The client whose wallet may be shown.

    :raises Forbidden: only clients have one.
    """
    if not user.is_client:
        raise Forbidden("Only clients have a wallet.")
    return user


def top_ups_of(user: User) -> QuerySet[TopUp]:
    """A client's own top-ups, newest first."""
    return TopUp.objects.filter(client=user).order_by("-created_at")


def top_up_of(user: User, top_up_id: UUID) -> TopUp:
    """One top-up of this client.

    :raises NotFound: there is none, or it is somebody else's.
    """
    found = top_ups_of(user).filter(pk=top_up_id).first()
    if found is None:
        raise NotFound("There is no such top-up.")
    return found


def waiting_for(user: User, *, now: datetime) -> TopUp | None:
    """The newest top-up on which a bank is still at work."""
    busy = [TopUpStatus.PROCESSING, TopUpStatus.REQUIRES_ACTION]
    return top_ups_of(user).filter(status__in=busy, expires_at__gt=now).first()


def open_checkout_of(client_id: UUID, *, now: datetime) -> bool:
    """Whether a hosted page of this client is open."""
    mine = TopUp.objects.filter(client_id=client_id, expires_at__gt=now)
    return mine.exclude(status__in=[*FINAL, TopUpStatus.CREATED]).exists()


def activity(
    user: User, *, kind: str = "", before_seq: int | None = None, limit: int = PAGE_ROWS
) -> ActivityPage:
    """One page of what moved in a person's wallet, ``kind`` being one of ``KINDS`` or all."""
    wanted = KINDS.get(kind)
    if wanted is None:
        rows = ledger.activity_of(user.pk, limit=limit + 1, before_seq=before_seq)
    else:
        everything = ledger.activity_of(user.pk, before_seq=before_seq)
        rows = [row for row in everything if row.kind in wanted]
    next_seq = rows[limit - 1].seq if len(rows) > limit else None
    return ActivityPage(rows[:limit], next_seq)
