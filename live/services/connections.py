"""Who is in the room: peers coming, going, silent, speaking."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from live.facts import Decision, Event
from live.services import turns
from live.states import Peer, What


def peer_up(*, session_id: UUID, peer: Peer, at: datetime) -> Decision | None:
    """``peer`` is connected and has beaten: starts or resumes the meter when both are there.

    A beat after a long gap comes here too: the reading is settled up to the gap and goes on
    from the beat (R12).
    """
    return turns.take_one(session_id, Event(What.PEER_UP, peer), at)


def peer_down(*, session_id: UUID, peer: Peer, at: datetime, why: str = "") -> Decision | None:
    """``peer`` said goodbye or lost its media: an active reading pauses, uncharged.

    ``why`` is the page's own word, kept as evidence.
    """
    return turns.take_one(session_id, Event(What.PEER_DOWN, peer, why=why), at)


def reader_spoke(*, session_id: UUID, at: datetime) -> Decision | None:
    """The reader wrote or typed in a chat reading (R16); ends a pause for their silence."""
    return turns.take_one(session_id, Event(What.SPOKE, Peer.READER), at)
