"""Acts of staff about payouts, with the rules that only they need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from backend.accounts.models import User
from backend.accounts.services import audit_log
from backend.core.errors import Conflict, InvalidInput
from payouts.earnings.candidates import Plan
from payouts.earnings.services import holds, runs
from payouts.models import PayoutRun

HOURS_MAX = 30 * 24


@dataclass(frozen=True, slots=True)
class Seen:
    """What the admin was shown before confirming: how many readers, how much in all."""

    count: int
    cents: int


class PlanChanged(Conflict):
    """Since the admin looked, a run would pay other readers or another sum."""

    code, title = "plan_changed", "It would not pay what you saw any more"

    def __init__(self, plan: Plan, seen: Seen) -> None:
        super().__init__()
        self.plan = plan
        self.more_count, self.more_cents = plan.pay_count - seen.count, plan.pay_cents - seen.cents


def order(*, by: User, seen: Seen, at: datetime) -> PayoutRun:
    """Begin a run, if it still does what the admin has seen.

    What matures in the moment between this look and the run's own is paid as well, and each
    payout is checked again by itself: this guards against a page left open for an hour.
    :raises PlanChanged: others would be paid, or another sum.
    """
    plan = runs.preview(at=at)
    if (plan.pay_count, plan.pay_cents) != (seen.count, seen.cents):
        raise PlanChanged(plan, seen)
    return runs.order(by=by, at=at)


@transaction.atomic
def hold(*, by: User, reader_id: UUID, hours: int, reason: str, at: datetime) -> None:
    """Pay a reader nothing for so many hours.

    :raises InvalidInput: no hours, or more than thirty days of them.
    """
    if not 0 < hours <= HOURS_MAX:
        raise InvalidInput("Between one hour and thirty days.")
    holds.hold(reader_id=reader_id, until=at + timedelta(hours=hours), reason=reason, at=at)
    facts = {"hours": hours}
    audit_log.record(
        actor=by, act="payouts.hold", about=f"user:{reader_id}", at=at, reason=reason, facts=facts
    )


@transaction.atomic
def stop(*, by: User, reader_id: UUID, reason: str, at: datetime) -> None:
    """Pay a reader nothing until somebody of staff lifts it."""
    holds.stop(reader_id=reader_id, reason=reason, at=at)
    audit_log.record(actor=by, act="payouts.stop", about=f"user:{reader_id}", at=at, reason=reason)
