"""Debts of lost disputes, given up after ninety days (movement 17)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from backend.core import sweeps
from backend.ledger import movements
from payouts.chargeback_states import ChargebackState
from payouts.chargebacks.services.convergence import chargeback_of
from payouts.models import Chargeback

AFTER: Final = timedelta(days=90)
BATCH: Final = 500


def write_off_due(*, at: datetime) -> int:
    """Give up what clients still owe for disputes lost ninety days ago; how many cases.

    Each in its own transaction, so that one that fails does not hold up the others.
    """
    due = Chargeback.objects.filter(
        state=ChargebackState.LOST, written_off_at=None, lost_at__lte=at - AFTER
    ).order_by("lost_at")
    ids = list(due.values_list("id", flat=True)[:BATCH])
    return sweeps.each(ids, lambda chargeback_id: _write_off(chargeback_id, at), job="write off")


@transaction.atomic
def _write_off(chargeback_id: UUID, at: datetime) -> None:
    waiting = Chargeback.objects.select_for_update(of=("self",)).select_related("client")
    case = waiting.filter(pk=chargeback_id, written_off_at=None).first()
    if case is None:
        return
    movements.write_off(chargeback=chargeback_of(case), client=case.client, at=at)
    case.written_off_at = at
    case.save(update_fields=["written_off_at"])
