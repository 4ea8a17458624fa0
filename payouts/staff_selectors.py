"""What of the money waits for somebody of staff: how much, and until when."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min

from payouts.chargeback_states import TO_ANSWER
from payouts.dispute_states import UNDECIDED
from payouts.models import Chargeback, Dispute, Payout, PayoutRun, ReconIssue
from payouts.payout_states import PayoutState, RunState

Waiting = tuple[int, datetime | None]


def disputes_waiting() -> Waiting:
    """Cases that nobody has decided, and when the first of them was promised."""
    undecided = Dispute.objects.filter(state__in=[state.value for state in UNDECIDED])
    found = undecided.aggregate(n=Count("pk"), due=Min("due_at"))
    return int(found["n"]), found["due"]


def chargebacks_waiting() -> Waiting:
    """Banks' disputes that wait for our evidence, and the first bank's deadline."""
    open_ = Chargeback.objects.filter(state__in=TO_ANSWER)
    found = open_.aggregate(n=Count("pk"), due=Min("due_at"))
    return int(found["n"]), found["due"]


def issues_waiting() -> Waiting:
    """Where Stripe and we do not agree; these have no deadline."""
    return ReconIssue.objects.filter(resolved_at=None).count(), None


def payouts_waiting() -> int:
    """What of the newest run wants somebody: payouts not accepted, and the run short of funds."""
    newest = PayoutRun.objects.order_by("-id").first()
    if newest is None:
        return 0
    refused = Payout.objects.filter(run=newest, state=PayoutState.REFUSED).count()
    return refused + (newest.state == RunState.SHORT)


def dispute_about_session(session_id: UUID) -> UUID | None:
    """The case about one reading, if a client opened one."""
    return Dispute.objects.filter(session_id=session_id).values_list("pk", flat=True).first()
