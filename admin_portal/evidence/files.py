"""The file of a case, as whoever decides it needs it: both sides, the money, what was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from backend.accounts.models import User
from backend.ledger import refundables
from live.models import ReadingSession
from live.states import State
from payouts.dispute_states import UNDECIDED, DisputeState, Outcome, ReasonCode, next_decision
from payouts.disputes import pricing
from payouts.disputes import selectors as disputes
from payouts.models import Chargeback, Decision, Dispute, SignatureRequest, Statement

VIEWS: Final = {
    "waiting": "To decide",
    "overdue": "Overdue",
    "second": "Second signature",
    "decided": "Decided",
    "closed": "Closed",
}


@dataclass(frozen=True, slots=True)
class History:
    """One side's past. ``won``: cases that were decided as this side wished;
    ``chargebacks``: bank disputes, None for a reader.
    """

    person: User
    readings: int
    cases: int
    won: int
    chargebacks: int | None = None


@dataclass(frozen=True, slots=True)
class MoneyNow:
    """Where the money of the reading is at this moment, in cents.

    ``frozen`` is the reader's and waits; ``free`` was paid out, or may be, and would become a
    debt that future earnings settle.
    """

    charged: int
    credited: int
    left: int
    frozen: int
    free: int


@dataclass(frozen=True, slots=True)
class CaseFile:
    """All of one case but its timeline. ``n``: which decision is due, 0 when none is."""

    dispute: Dispute
    client: History
    reader: History
    money: MoneyNow
    statements: Sequence[Statement]
    decisions: Sequence[Decision]
    waiting: SignatureRequest | None
    n: int
    minutes: int
    is_late: bool

    @property
    def number(self) -> str:
        return number_of(self.dispute.pk)


def number_of(case_id: UUID) -> str:
    """A short name for a case, made of the random end of its id: ``D-4F2A91``."""
    return f"D-{case_id.hex[-6:].upper()}"


def file_of(case_id: UUID, *, now: datetime) -> CaseFile:
    """The file of one case.

    :raises NotFound: there is none.
    """
    dispute = disputes.one_for_staff(case_id)
    return CaseFile(
        dispute=dispute,
        client=_history(dispute.client, "client", for_client=True),
        reader=_history(dispute.reader, "reader", for_client=False),
        money=_money_of(dispute),
        statements=list(dispute.statements.all()),
        decisions=disputes.decisions_of(dispute),
        waiting=disputes.waiting_signature(dispute.pk),
        n=next_decision(dispute.state),
        minutes=pricing.minutes_billed(dispute.billed_s),
        is_late=dispute.state in UNDECIDED and now > dispute.due_at,
    )


def queue(view: str, *, now: datetime, reason: str = "") -> QuerySet[Dispute]:
    """The cases of one view, those first that were promised an answer first."""
    found = Dispute.objects.select_related("client", "reader")
    if reason in ReasonCode.values:
        found = found.filter(reason_code=reason)
    waiting = [state.value for state in UNDECIDED]
    if view == "decided":
        return found.filter(state=DisputeState.DECIDED).order_by("-id")
    if view == "closed":
        return found.filter(state=DisputeState.CLOSED).order_by("-id")
    found = found.filter(state__in=waiting).order_by("due_at", "id")
    if view == "overdue":
        return found.filter(due_at__lt=now)
    if view == "second":
        return found.filter(signature_requests__state="waiting")
    return found


def waiting() -> int:
    """How many cases somebody has to decide."""
    return Dispute.objects.filter(state__in=[state.value for state in UNDECIDED]).count()


def counts(*, now: datetime) -> dict[str, int]:
    """How many cases wait in each view in which they can."""
    return {view: queue(view, now=now).count() for view in ("waiting", "overdue", "second")}


def _history(person: User, side: str, *, for_client: bool) -> History:
    readings = ReadingSession.objects.filter(
        Q(**{side: person.pk}), state=State.ENDED, billable_s__gt=0
    )
    cases = Dispute.objects.filter(**{side: person.pk})
    ended = Decision.objects.filter(**{f"dispute__{side}": person.pk})
    rejected = Q(outcome=Outcome.REJECT)
    won = ended.filter(~rejected if for_client else rejected)
    in_favour = won.values("dispute").distinct().count()
    banks = Chargeback.objects.filter(client=person).count() if for_client else None
    return History(person, readings.count(), cases.count(), in_favour, banks)


def _money_of(dispute: Dispute) -> MoneyNow:
    paid = refundables.paid_for(dispute.session_id)
    share = refundables.share_of(dispute.about)
    return MoneyNow(
        charged=paid.gross_cents if paid else 0,
        credited=paid.refunded_cents if paid else 0,
        left=paid.left_cents if paid else 0,
        frozen=share.frozen_cents if share else 0,
        free=share.free_cents if share else 0,
    )
