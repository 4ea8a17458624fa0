"""One appeal in each case, by either side: the earnings freeze again until it is decided."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from backend.accounts.models import User
from backend.core.announcements import announce
from backend.core.errors import NotFound
from backend.ledger import movements
from payouts.announcements import DisputeAppealed
from payouts.dispute_states import DisputeState
from payouts.disputes.errors import NotOpen, WindowClosed
from payouts.disputes.services import rows
from payouts.disputes.services.disputes import sound_text
from payouts.models import Dispute

SECOND = 2


@transaction.atomic
def appeal(*, dispute_id: UUID, by: User, text: str, at: datetime) -> Dispute:
    """Ask for a second look at a decided case. What it decides is final.

    A second decision may give more back, never less: what a client was given stays theirs. A
    reader who is right gets it made good by an adjustment, at the platform's cost.
    :raises NotFound: no such case of this person.
    :raises NotOpen: it is not decided yet, or was appealed.
    :raises WindowClosed: it was decided more than ``DISPUTE_APPEAL_DAYS`` ago.
    :raises InvalidInput: no text, or one too long.
    """
    said = sound_text(text)
    dispute = rows.locked(dispute_id)
    side = dispute.side_of(by.pk)
    if not side:
        raise NotFound("There is no such case.")
    if dispute.state != DisputeState.DECIDED:
        raise NotOpen("A case is appealed once, after its decision.")
    if dispute.appeal_until is None or at > dispute.appeal_until:
        raise WindowClosed(f"A decision can be appealed for {settings.DISPUTE_APPEAL_DAYS} days.")
    due_at = at + timedelta(hours=settings.DISPUTE_ANSWER_HOURS)
    frozen = movements.freeze_lot(case_id=dispute.pk, about=dispute.about, at=at, n=SECOND)
    rows.move(
        dispute,
        DisputeState.APPEALED,
        at=at,
        appealed_by=side,
        appealed_at=at,
        due_at=due_at,
        frozen_cents=rows.moved_cents(frozen.pk),
    )
    dispute.statements.create(side=side, author=by, text=said, is_appeal=True, at=at)
    announce(DisputeAppealed(dispute.pk, dispute.session_id, side, at))
    return dispute
