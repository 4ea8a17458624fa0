"""Every way in which somebody ends a reading. Ending an ended one changes nothing."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from backend.core.errors import NotFound
from live import selectors
from live.facts import Event
from live.models import ReadingSession
from live.services import turns
from live.states import Peer, What


def hangup(*, session_id: UUID, peer: Peer, at: datetime) -> ReadingSession:
    """One of the two ends it: what was used is captured, the rest goes back at once."""
    return _end(session_id, Event(What.HANGUP, peer), at)


def admin_end(*, session_id: UUID, at: datetime) -> ReadingSession:
    """Our team ends it; the used time stays captured."""
    return _end(session_id, Event(What.ADMIN_END), at)


def end_all_of(*, user_id: UUID, at: datetime) -> int:
    """An account was suspended: end what it has running, as client or reader; how many."""
    live = list(selectors.live_of(user_id).values_list("id", flat=True))
    for session_id in live:
        turns.take_one(session_id, Event(What.FROZEN), at)
    return len(live)


def leave_all_of(*, client_id: UUID, at: datetime) -> int:
    """A client wants to spend nothing more: end their reading as if they hung up; how many."""
    live = selectors.live_of(client_id).filter(client_id=client_id)
    ids = list(live.values_list("id", flat=True))
    for session_id in ids:
        turns.take_one(session_id, Event(What.HANGUP, Peer.CLIENT), at)
    return len(ids)


def _end(session_id: UUID, event: Event, at: datetime) -> ReadingSession:
    if turns.take_one(session_id, event, at) is None:
        raise NotFound("There is no such reading.")
    return ReadingSession.objects.get(id=session_id)
