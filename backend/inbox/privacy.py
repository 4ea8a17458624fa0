"""What events of other systems keep of people: their payloads may name an e-mail or a card."""

from __future__ import annotations

from datetime import datetime, timedelta

from backend.core import privacy
from backend.inbox.models import ExternalEvent


@privacy.forgets(
    "webhooks",
    title="Messages from Stripe",
    kept=timedelta(days=90),
    kept_words="90 days, then only that they came",
    why="To settle payments, and to look into one that went wrong.",
)
def forget_payloads(*, before: datetime) -> int:
    """Settled events keep their id, so that none is ever taken twice; dead letters keep all."""
    settled = [ExternalEvent.State.DONE, ExternalEvent.State.IGNORED]
    old = ExternalEvent.objects.filter(received_at__lt=before, state__in=settled)
    full = old.exclude(payload={}).order_by("received_at").values_list("pk", flat=True)
    return ExternalEvent.objects.filter(pk__in=list(full[: privacy.FORGET_BATCH])).update(
        payload={}
    )
