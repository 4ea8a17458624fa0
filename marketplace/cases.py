"""What a receipt says about cases: there is one, one may be opened, or the time is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from backend.accounts.models import User
from live.models import ReadingSession
from live.states import State
from payouts.disputes import selectors as disputes
from payouts.models import Dispute


@dataclass(frozen=True)
class CaseDoor:
    """The case about a reading, or until when (None: not at all) its client may open one."""

    dispute: Dispute | None
    until: datetime | None

    @property
    def may_open(self) -> bool:
        return self.until is not None


def door(user: User, session: ReadingSession, *, now: datetime) -> CaseDoor:
    """What ``user``, one of its two people, may do about a reading that went wrong."""
    dispute = disputes.about_session(user, session.pk)
    if dispute is not None or session.state != State.ENDED or session.ended_at is None:
        return CaseDoor(dispute, None)
    until = session.ended_at + timedelta(hours=settings.DISPUTE_WINDOW_HOURS)
    is_paid = session.captured_cents > session.refunded_cents
    may_open = user.pk == session.client_id and is_paid and now <= until
    return CaseDoor(None, until if may_open else None)
