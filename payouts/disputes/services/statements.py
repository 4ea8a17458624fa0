"""What both sides add to a case while it is open."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from backend.accounts.models import User
from backend.core.announcements import announce
from backend.core.errors import NotFound
from payouts.announcements import StatementAdded
from payouts.dispute_states import UNDECIDED
from payouts.disputes.errors import NotOpen, TooManyStatements
from payouts.disputes.services import rows
from payouts.disputes.services.disputes import sound_text
from payouts.models import Statement


@transaction.atomic
def add(*, dispute_id: UUID, by: User, text: str, at: datetime) -> Statement:
    """Add what one side has to say, for the other side and for staff to read.

    :raises NotFound: no such case of this person.
    :raises NotOpen: it is decided.
    :raises TooManyStatements: this side has added all that a case takes.
    :raises InvalidInput: no text, or one too long.
    """
    said = sound_text(text)
    dispute = rows.locked(dispute_id)
    side = dispute.side_of(by.pk)
    if not side:
        raise NotFound("There is no such case.")
    if dispute.state not in UNDECIDED:
        raise NotOpen("This case is decided: nothing can be added.")
    most: int = settings.DISPUTE_STATEMENTS_MAX
    if dispute.statements.filter(side=side, is_appeal=False).count() >= most:
        raise TooManyStatements(f"A case takes {most} statements of each side.")
    added = dispute.statements.create(side=side, author=by, text=said, at=at)
    announce(StatementAdded(dispute.pk, added.pk, at))
    return added
