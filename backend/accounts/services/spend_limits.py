"""A client's own spend limits. What they leave is the ledger's to say (``ledger.spending``)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from backend.accounts.models import SpendLimit, User


@transaction.atomic
def change(*, client: User, span: str, cents: int | None, at: datetime) -> SpendLimit:
    """Spend at most ``cents`` within ``span``; None: no limit. Lower holds at once, higher in 24 h.

    Asking again for a rise that is under way does not put it off.
    """
    User.objects.select_for_update(no_key=True).get(pk=client.pk)
    row = SpendLimit.objects.filter(client=client, span=span).first()
    row = row or SpendLimit(client=client, span=SpendLimit.Span(span))
    row.wish(cents, at=at)
    row.save()
    return row
