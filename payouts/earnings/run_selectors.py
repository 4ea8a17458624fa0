"""Questions of staff about runs of payouts, whoever of staff asks them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum

from backend.core.errors import NotFound
from payouts.models import Payout, PayoutRun
from payouts.payout_states import PayoutState


def runs() -> QuerySet[PayoutRun]:
    """Every run, newest first, with how many of its payouts are in each state and how much.

    Adds ``queued_count``, ``started_count``, ``sent_count``, ``waited_count``,
    ``refused_count``, ``reversed_count``, and ``sent_cents``, ``queued_cents``,
    ``waited_cents``.
    """
    counts = {
        f"{state.value}_count": Count("payouts", filter=Q(payouts__state=state))
        for state in PayoutState
    }
    amount = F("payouts__amount_cents")
    cents = {
        f"{state.value}_cents": Sum(amount, filter=Q(payouts__state=state), default=0)
        for state in (PayoutState.QUEUED, PayoutState.SENT, PayoutState.WAITED)
    }
    found = PayoutRun.objects.select_related("ordered_by").order_by("-id")
    return found.annotate(**counts, **cents)


def run(run_id: UUID) -> PayoutRun:
    """One run, with its counts.

    :raises NotFound: there is none.
    """
    found = runs().filter(pk=run_id).first()
    if found is None:
        raise NotFound("There is no such run.")
    return found


def payouts_of(run_id: UUID, *, state: str = "") -> QuerySet[Payout]:
    """A row for each reader of a run, oldest first, those in ``state`` or all."""
    found = Payout.objects.filter(run=run_id).select_related("reader").order_by("id")
    return found.filter(state=state) if state else found


def payouts_to(reader_id: UUID) -> QuerySet[Payout]:
    """Everything that one reader was to be paid, newest first."""
    return Payout.objects.filter(reader=reader_id).select_related("run").order_by("-id")
