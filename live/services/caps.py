"""The client's own spend cap: it may only be raised (R3)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.core.errors import IllegalMove, NotFound
from live import errors
from live.facts import Event
from live.models import ReadingSession
from live.services import turns
from live.states import LIVE, What


@transaction.atomic
def raise_to(*, session_id: UUID, spend_cap_cents: int, at: datetime) -> ReadingSession:
    """Raise the cap; a reading that waits for it goes on.

    :raises CapTooLow: the reading has no cap, or a higher one (422).
    :raises IllegalMove: the reading is over.
    """
    event = Event(What.RAISE_CAP, cap_cents=spend_cap_cents)
    decision = turns.take_one(session_id, event, at)
    if decision is None:
        raise NotFound("There is no such reading.")
    if decision.refused and decision.before.state not in LIVE:
        raise IllegalMove("This reading is over.", state=decision.before.state)
    if decision.refused:
        raise errors.CapTooLow(
            "A spend cap can only be raised.", minimum_cents=decision.before.cap_cents
        )
    return ReadingSession.objects.get(id=session_id)
