"""Whoever had themselves erased leaves the vault, too: their drawer is closed with all its cards.

The erasure itself asks nobody outside; a job does this afterwards, and again until it is done.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models.functions import Coalesce

from backend.core import engines, sweeps
from payouts.models import CardCustomer, SavedCard
from payouts.ports import CardVault

BATCH: Final = 100


def close_drawers(*, at: datetime) -> int:
    """Close the drawers of clients who were erased, at most a batch; how many are closed now."""
    open_yet = CardCustomer.objects.filter(client__erased_at__isnull=False, forgotten_at=None)
    some = list(open_yet.exclude(customer_id=None).order_by("client__erased_at")[:BATCH])
    return sweeps.each(some, lambda owner: _close(owner, at), job="close drawers")


def _close(owner: CardCustomer, at: datetime) -> None:
    """The vault first: killed in between, the next job finds the drawer gone."""
    vault: CardVault = engines.load("card_vault")
    vault.close_customer(str(owner.customer_id))
    with transaction.atomic():
        CardCustomer.objects.filter(pk=owner.pk).update(forgotten_at=at)
        SavedCard.objects.filter(client=owner.pk, forgotten_at=None).update(
            removed_at=Coalesce("removed_at", at), forgotten_at=at, is_default=False
        )
