"""A client's own limit for gifts: it falls at once and rises a day later."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from backend.accounts.models import User
from live.models import GiftLimit
from live.streams.gift_selectors import DAY


@transaction.atomic
def change(*, client: User, cents: int | None, at: datetime) -> GiftLimit:
    """Give at most ``cents`` in 24 hours; None: as much as one likes.

    Asking again for a rise that is under way does not put it off.
    """
    # The client's row is the queue in which their gifts stand: a lower limit meets no race.
    User.objects.select_for_update(no_key=True).get(pk=client.pk)
    row = GiftLimit.objects.filter(client=client).first() or GiftLimit(client=client)
    now_cents = row.at(at)
    if cents == now_cents or _is_lower(cents, now_cents):
        row.cents, row.next_cents, row.raised_at = cents, None, None
    elif not (row.raised_at and row.raised_at > at and row.next_cents == cents):
        row.cents, row.next_cents, row.raised_at = now_cents, cents, at + DAY
    row.save()
    return row


def _is_lower(cents: int | None, than: int | None) -> bool:
    return cents is not None and (than is None or cents < than)
