"""A client's own limit for gifts: it falls at once and rises a day later."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from backend.accounts.models import User
from live.models import GiftLimit


@transaction.atomic
def change(*, client: User, cents: int | None, at: datetime) -> GiftLimit:
    """Give at most ``cents`` in 24 hours; None: as much as one likes.

    Asking again for a rise that is under way does not put it off.
    """
    # The client's row is the queue in which their gifts stand: a lower limit meets no race.
    User.objects.select_for_update(no_key=True).get(pk=client.pk)
    row = GiftLimit.objects.filter(client=client).first() or GiftLimit(client=client)
    row.wish(cents, at=at)
    row.save()
    return row
