"""Who is paid by a run: pages of readers in the order of their ids, each page in one transaction.

A row is written for everybody who is due, paid or not, so that nobody waits without a reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from backend.ledger import payables
from backend.notifications.services import notify
from payouts.earnings import eligibility
from payouts.earnings.candidates import PAGE, Candidate, candidates
from payouts.models import Payout, PayoutRun
from payouts.payout_states import RETRIABLE, UNDER_WAY, PayoutState, RunState
from payouts.words import money


@transaction.atomic
def choose_page(*, run_id: UUID, at: datetime, limit: int = PAGE) -> int:
    """Write the payouts of the next page of readers; how many readers were looked at.

    0: everybody was looked at, and the run goes on to pay. Two calls at once take turns.
    """
    run = PayoutRun.objects.select_for_update().get(pk=run_id)
    if run.state != RunState.CHOOSING:
        return 0
    due = payables.due(minimum_cents=settings.PAYOUT_MIN_CENTS, after=run.cursor, limit=limit)
    if not due:
        run.state = RunState.PAYING
        run.save(update_fields=["state"])
        return 0
    # What only Stripe knows is asked before each payout, so it is no obstacle here.
    chosen = candidates(due, at, obstacle=eligibility.lasting_obstacle)
    _write(run, chosen, at)
    run.cursor = due[-1].reader_id
    run.save(update_fields=["cursor"])
    return len(due)


def _write(run: PayoutRun, chosen: Sequence[Candidate], at: datetime) -> None:
    known = _known(run, [one.reader.pk for one in chosen])
    told = _last_reasons([one.reader.pk for one in chosen if one.obstacle])
    fresh = []
    for one in chosen:
        payout = known.get(one.reader.pk)
        if payout is None:
            fresh.append(_new(run, one, at))
        elif payout.state in RETRIABLE and one.obstacle is None:
            queue_again(payout, run=run, cents=one.cents, at=at)
        elif payout.state == PayoutState.QUEUED and payout.run_id != run.pk:
            payout.run = run
            payout.save(update_fields=["run"])
    # Another run may have written the same rows a moment ago; the first one stands.
    Payout.objects.bulk_create(fresh, ignore_conflicts=True)
    for payout in fresh:
        if payout.reason and payout.reason != told.get(payout.reader_id):
            tell_why(payout, at)


def _known(run: PayoutRun, ids: Sequence[UUID]) -> dict[UUID, Payout]:
    """What these readers have already: under way from before, or of the same date."""
    rows = Payout.objects.select_for_update().filter(reader__in=ids).order_by("id")
    under_way = rows.filter(state__in=UNDER_WAY)
    of_this_date = rows.filter(period_date=run.date)
    found = {payout.reader_id: payout for payout in of_this_date}
    return found | {payout.reader_id: payout for payout in under_way}


def _last_reasons(ids: Sequence[UUID]) -> dict[UUID, str]:
    last = Payout.objects.filter(reader__in=ids).order_by("reader", "-id").distinct("reader")
    return dict(last.values_list("reader", "reason"))


def _new(run: PayoutRun, one: Candidate, at: datetime) -> Payout:
    return Payout(
        run=run,
        reader=one.reader,
        period_date=run.date,
        state=PayoutState.WAITED if one.obstacle else PayoutState.QUEUED,
        state_since=at,
        created_at=at,
        amount_cents=one.cents,
        currency=settings.CURRENCY,
        reason=one.obstacle.code if one.obstacle else "",
        reason_text=one.obstacle.text[:200] if one.obstacle else "",
    )


def queue_again(payout: Payout, *, run: PayoutRun, cents: int, at: datetime) -> None:
    """Let a locked payout that waited or was refused be tried once more, as a new try."""
    if payout.state == PayoutState.REFUSED:
        payout.attempt += 1
    payout.run, payout.amount_cents = run, cents
    payout.state, payout.state_since = PayoutState.QUEUED, at
    payout.key_number, payout.looks = 1, 0
    payout.asked_at = payout.due_at = None
    payout.destination = payout.reason = payout.reason_text = ""
    payout.save()


def tell_why(payout: Payout, at: datetime) -> None:
    """Tell a reader why they are not paid."""
    notify(
        user_id=payout.reader_id,
        kind="payout",
        title=f"{money(payout.amount_cents)} waits for you",
        body=payout.reason_text,
        url="/earnings/",
        at=at,
    )
