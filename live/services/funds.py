"""What the wallet has to say to a running reading: money came or went, or is about to come."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from live import selectors
from live.facts import Event
from live.services import turns
from live.states import What


def arrived(*, client_id: UUID, at: datetime) -> None:
    """The client can spend more: a reading paused for funds goes on, warnings arm again."""
    _tell_live_reading(client_id, Event(What.FUNDS), at)


def spent(*, client_id: UUID, at: datetime) -> None:
    """The client can spend less, by a gift: what is held stays, the warnings move (R6)."""
    _tell_live_reading(client_id, Event(What.FUNDS), at)


def coming(*, client_id: UUID, until: datetime, at: datetime) -> None:
    """The client is paying on a hosted page: a pause for funds may last longer (R7)."""
    _tell_live_reading(client_id, Event(What.CHECKOUT, until=until), at)


def _tell_live_reading(client_id: UUID, event: Event, at: datetime) -> None:
    live = selectors.live_of(client_id).filter(client_id=client_id)
    for session_id in live.values_list("id", flat=True):
        turns.take_one(session_id, event, at)
