"""Jobs of payments, each a door to one service."""

from __future__ import annotations

from celery import shared_task

from backend.core import clock
from backend.core.locks import alone
from payouts.chargebacks.services import convergence, write_offs
from payouts.services import reconciliation


@shared_task(name="payouts.tasks.reconcile", ignore_result=True)
def reconcile() -> None:
    """Hear from Stripe what we missed; one at a time."""
    with alone("reconcile") as mine:
        if mine:
            reconciliation.run(at=clock.now())


@shared_task(name="payouts.tasks.reconcile_nightly", ignore_result=True)
def reconcile_nightly() -> None:
    """Compare our balance at Stripe with our books, thoroughly; one at a time."""
    with alone("reconcile nightly") as mine:
        if mine:
            reconciliation.run_nightly(at=clock.now())


@shared_task(name="payouts.tasks.look_at_chargebacks", ignore_result=True)
def look_at_chargebacks() -> None:
    """Ask Stripe about every dispute of a bank that is not decided; one at a time."""
    with alone("chargebacks") as mine:
        if mine:
            convergence.converge_open(at=clock.now())


@shared_task(name="payouts.tasks.write_off_chargebacks", ignore_result=True)
def write_off_chargebacks() -> int:
    """Give up what clients owe for disputes that were lost long ago."""
    return write_offs.write_off_due(at=clock.now())
