"""The client's own spend cap: it may only be raised (R3)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.core.errors import IllegalMove, NotFound
from backend.ledger import spending
from live import errors
from live.facts import Event
from live.models import ReadingSession
from live.services import turns
from live.states import LIVE, What


@transaction.atomic
def raise_to(*, session_id: UUID, spend_cap_cents: int, at: datetime) -> ReadingSession:
    """Raise the cap; a reading that waits for it goes on.

    :raises CapTooLow: the reading has no cap, or a higher one (422).
    :raises SpendLimitReached: the client's own spend limit leaves less (422).
    :raises IllegalMove: the reading is over.
    """
    _refuse_beyond_limit(session_id, spend_cap_cents, at)
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


def _refuse_beyond_limit(session_id: UUID, cap_cents: int, at: datetime) -> None:
    """What is held counts as spent, so the cap may be as high as all of that and the room."""
    session = ReadingSession.objects.filter(id=session_id, state__in=LIVE).first()
    room = spending.room_of(session.client_id, at=at) if session else None
    if session is None or room is None:
        return
    held = session.held_promo_cents + session.held_cash_cents - session.released_cents
    if cap_cents > held + room.cents:
        raise spending.reached(room, cap_cents - held)
