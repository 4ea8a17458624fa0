"""Runs of payouts, done: choose page by page, then pay payout by payout.

Everything that a run knows is in rows, so one that was killed goes on where it was, and two that
meet pay nobody twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from backend.core import engines
from backend.ledger import movements
from payouts.earnings.services import choosing, paying
from payouts.earnings.services.crews import Crew
from payouts.earnings.services.paying import Outcome
from payouts.errors import RailRefused, RailUnreachable
from payouts.models import Payout, PayoutRun
from payouts.payout_states import PayoutState, RunKind, RunState, run_sources
from payouts.ports import PayoutRail
from payouts.services import issues

log = structlog.get_logger(__name__)
PAYOUTS_MAX: Final = 1_000  # of one job, so that none grows old
PAGE: Final = 100
LOOKED_AT_MAX: Final = 200
FAILURES_MAX: Final = 3
FIRST_STALL: Final = timedelta(minutes=1)
STALLS_DOUBLED_MAX: Final = 5
FUNDS_AGAIN: Final = timedelta(minutes=10)


def work_due(*, at: datetime) -> bool:
    """Go on with every run whose time has come, oldest first; True when one has more to do."""
    due = PayoutRun.objects.exclude(state=RunState.DONE).filter(due_at__lte=at)
    ids = list(due.order_by("began_at").values_list("id", flat=True))
    return sum(work(run_id=run_id, at=at) for run_id in ids) > 0


def work(*, run_id: UUID, at: datetime) -> bool:
    """Go on with one run: choose, then pay up to 1,000 payouts; True when it has more to do."""
    run = PayoutRun.objects.get(pk=run_id)
    if run.state == RunState.CHOOSING:
        if run.kind == RunKind.NIGHTLY:  # staff who ordered a run saw what was payable then
            mature(at=at)
        while choosing.choose_page(run_id=run_id, at=at):
            pass
        if not _has_funds(run_id=run_id, at=at):
            return False
    elif run.state == RunState.SHORT and not _has_funds(run_id=run_id, at=at):
        return False
    return _pay(run_id=run_id, at=at)


def mature(*, at: datetime) -> int:
    """Make payable all that has waited long enough; how many lots."""
    return movements.mature_all(at=at)


def sweep(*, at: datetime) -> int:
    """Look after every payout in flight whose time has come; how many were looked at."""
    due = Payout.objects.filter(state=PayoutState.STARTED, due_at__lte=at).order_by("due_at")
    ids = list(due.values_list("id", flat=True)[:LOOKED_AT_MAX])
    crew = Crew(lambda payout_id: paying.resolve(payout_id=payout_id, at=at))
    crew.work(ids)
    return len(ids)


def _has_funds(*, run_id: UUID, at: datetime) -> bool:
    """Whether all that is queued can be paid; if not, nobody is, and staff are told (case 65)."""
    queued = Payout.objects.filter(run=run_id, state=PayoutState.QUEUED)
    needed = int(queued.aggregate(cents=Sum("amount_cents"))["cents"] or 0)
    rail: PayoutRail = engines.load("payout_rail")
    try:
        available = rail.available_cents(settings.CURRENCY.lower()) if needed else 0
    except (RailRefused, RailUnreachable):
        return _stall(run_id=run_id, at=at)
    if available < needed:
        return _lack_funds(run_id=run_id, cents=needed - available, at=at)
    short = PayoutRun.objects.filter(pk=run_id, state=RunState.SHORT)
    short.update(state=RunState.PAYING, needed_cents=0)
    return True


def _pay(*, run_id: UUID, at: datetime) -> bool:
    """Pay what is queued, page by page; True when there is more to do at once."""
    crew = Crew(lambda payout_id: paying.pay(payout_id=payout_id, at=at), FAILURES_MAX)
    queued = Payout.objects.filter(run=run_id, state=PayoutState.QUEUED).order_by("id")
    after: UUID | None = None
    for _ in range(PAYOUTS_MAX // PAGE):
        rest = queued.filter(pk__gt=after) if after else queued
        page = list(rest.values_list("id", flat=True)[:PAGE])
        if not page:
            break
        crew.work(page)
        after = page[-1]
        if crew.stopped:
            break
    if Outcome.SHORT in crew.outcomes:
        return _lack_funds(run_id=run_id, cents=0, at=at)
    if Outcome.FAILED in crew.outcomes:
        _tell_of_failures(run_id=run_id, at=at)
    if crew.stopped or {Outcome.UNKNOWN, Outcome.FAILED} & set(crew.outcomes):
        return _stall(run_id=run_id, at=at)
    if queued.exists():
        return True
    _finish(run_id=run_id, at=at)
    return False


@transaction.atomic
def _finish(*, run_id: UUID, at: datetime) -> None:
    run = PayoutRun.objects.select_for_update().get(pk=run_id)
    if run.state == RunState.PAYING and not _is_queued(run_id):
        run.state, run.ended_at, run.stalls = RunState.DONE, at, 0
        run.save()
        log.info("payout_run_done", run_id=str(run.pk), date=run.date.isoformat())


@transaction.atomic
def _stall(*, run_id: UUID, at: datetime) -> bool:
    """Stripe is slow or out of reach: go on later, each time a little later. False, to stop."""
    run = PayoutRun.objects.select_for_update().get(pk=run_id)
    if not _is_queued(run_id):
        _finish(run_id=run_id, at=at)
        return False
    run.due_at = at + FIRST_STALL * 2 ** min(run.stalls, STALLS_DOUBLED_MAX)
    run.stalls += 1
    run.save(update_fields=["due_at", "stalls"])
    log.warning("payout_run_stalled", run_id=str(run.pk), stalls=run.stalls)
    return False


@transaction.atomic
def _lack_funds(*, run_id: UUID, cents: int, at: datetime) -> bool:
    """Leave the whole batch queued and tell staff. False, to stop."""
    run = PayoutRun.objects.select_for_update().get(pk=run_id)
    if run.state in run_sources(RunState.SHORT):
        run.state = RunState.SHORT
    run.needed_cents, run.due_at = cents, at + FUNDS_AGAIN
    run.save(update_fields=["state", "needed_cents", "due_at"])
    issues.raise_once(
        kind="payout_funds",
        external_id=str(run.pk),
        text=f"The payouts of {run.date} wait: our available balance at Stripe is too small. "
        f"They go out by themselves once it is filled.",
        at=at,
    )
    return False


def _tell_of_failures(*, run_id: UUID, at: datetime) -> None:
    """Somebody of staff has to look: what fails by itself will fail again."""
    issues.raise_once(
        kind="payout_failed",
        external_id=str(run_id),
        text="Some payouts of this run fail by a fault of ours. They are tried again; see the log.",
        at=at,
    )


def _is_queued(run_id: UUID) -> bool:
    return Payout.objects.filter(run=run_id, state=PayoutState.QUEUED).exists()
