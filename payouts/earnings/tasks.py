"""Jobs of paying readers, each a door to one service.

``work_runs`` and ``sweep`` take turns: one payout is never worked by two of them. Both wait
until Stripe was heard in this life of the database (ADR 0019).
"""

from __future__ import annotations

from celery import shared_task

from backend.core import clock
from backend.core.jobs import enqueue
from backend.core.locks import alone
from payouts.earnings.services import runs, working
from payouts.services import reconciliation

TURN = "payouts"


@shared_task(name="payouts.earnings.tasks.pay_tonight", ignore_result=True)
def pay_tonight() -> None:
    """At 02:00 UTC: begin the run of this night."""
    runs.begin_nightly(at=clock.now())
    enqueue("payouts.earnings.tasks.work_runs")


@shared_task(name="payouts.earnings.tasks.work_runs", ignore_result=True)
def work_runs() -> None:
    """Go on with whatever run is due; the next job takes what this one leaves."""
    with alone(TURN) as mine:
        may = mine and reconciliation.may_pay(at=clock.now())
        more = may and working.work_due(at=clock.now())
    if more:
        enqueue("payouts.earnings.tasks.work_runs")


@shared_task(name="payouts.earnings.tasks.sweep", ignore_result=True)
def sweep() -> None:
    """Every two minutes: what is in flight, and runs that were missed, killed or had to wait."""
    runs.begin_missed(at=clock.now())
    with alone(TURN) as mine:
        if mine and reconciliation.may_pay(at=clock.now()):
            working.sweep(at=clock.now())
    work_runs()


@shared_task(name="payouts.earnings.tasks.mature", ignore_result=True)
def mature() -> int:
    """Every hour: earnings that have waited long enough become payable."""
    return working.mature(at=clock.now())
