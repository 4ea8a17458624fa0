"""Runs of payouts, begun: the nightly one, and those that staff order. ``working`` does them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from backend.accounts.models import User
from backend.accounts.services import audit_log
from backend.core.errors import IllegalMove, NotFound
from backend.core.jobs import enqueue
from backend.ledger import selectors as ledger
from payouts.earnings.candidates import Plan, plan
from payouts.earnings.services import choosing
from payouts.models import Payout, PayoutRun
from payouts.payout_states import RETRIABLE, UNDER_WAY, RunKind, RunState

LATE_AT_MOST: Final = timedelta(hours=6)


@transaction.atomic
def begin_nightly(*, at: datetime) -> PayoutRun:
    """The run of this night, begun once."""
    run, _ = PayoutRun.objects.get_or_create(
        date=at.date(), kind=RunKind.NIGHTLY, defaults={"began_at": at, "due_at": at}
    )
    return run


def begin_missed(*, at: datetime) -> PayoutRun | None:
    """The run of this night, if its hour passed and nobody began it: beat was down.

    Late by more than six hours it is left to the next night.
    """
    due_at = at.replace(hour=settings.PAYOUT_HOUR_UTC, minute=0, second=0, microsecond=0)
    if not due_at <= at < due_at + LATE_AT_MOST:
        return None
    return begin_nightly(at=at)


@transaction.atomic
def order(*, by: User, at: datetime) -> PayoutRun:
    """Begin a run now, for who is due and was not paid for this date yet. A job works it."""
    run = PayoutRun.objects.create(
        date=at.date(), kind=RunKind.MANUAL, ordered_by=by, began_at=at, due_at=at
    )
    audit_log.record(actor=by, act="payout_run.order", about=f"payout_run:{run.pk}", at=at)
    enqueue("payouts.earnings.tasks.work_runs")
    return run


def preview(*, at: datetime) -> Plan:
    """Who a run at this moment would pay how much, who not and why. Moves nothing."""
    return plan(at)


@transaction.atomic
def retry(*, payout_id: UUID, by: User, at: datetime) -> Payout:
    """Queue a payout again that waited or was refused; its run goes on.

    :raises NotFound: there is none.
    :raises IllegalMove: it is under way or was sent, or nothing is payable to its reader.
    """
    run = PayoutRun.objects.select_for_update().filter(payouts=payout_id).first()
    if run is None:
        raise NotFound("There is no such payout.")
    payout = Payout.objects.select_for_update().get(pk=payout_id)
    payable = ledger.earnings_of(payout.reader_id).payable_cents
    others = Payout.objects.filter(reader=payout.reader_id, state__in=UNDER_WAY)
    if payout.state not in RETRIABLE or not payable or others.exists():
        raise IllegalMove("There is nothing to try again about this payout.")
    choosing.queue_again(payout, run=run, cents=payable, at=at)
    if run.state == RunState.DONE:
        run.state, run.ended_at, run.due_at = RunState.PAYING, None, at
        run.save()
    audit_log.record(actor=by, act="payout.retry", about=f"payout:{payout.pk}", at=at)
    enqueue("payouts.earnings.tasks.work_runs")
    return payout
