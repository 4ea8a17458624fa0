"""Jobs of payments, each a door to one service."""

from __future__ import annotations

from celery import shared_task

from backend.core import clock
from backend.core.locks import alone
from payouts.services import reconciliation


@shared_task(name="payouts.tasks.reconcile", ignore_result=True)
def reconcile() -> None:
    """Hear from Stripe what we missed; one at a time."""
    with alone("reconcile") as mine:
        if mine:
            reconciliation.run(at=clock.now())
