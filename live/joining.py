"""Everything that a page needs to know when it comes into the room, in one read."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from redis.exceptions import RedisError

from backend.accounts.models import User
from backend.realtime import beats, events, snapshot
from live import meter, rules, selectors
from live.addresses import receipt_url
from live.facts import COLUMNS, Reading
from live.models import ReadingSession
from live.services import chats, happenings
from live.states import TERMINAL, Peer, cause_of


def room_for(
    user_id: UUID, session_id: UUID, *, peer_present: bool, at: datetime, entering: bool = False
) -> events.Joined | events.SessionEnded:
    """The room as ``user_id`` may see it now; the end, when it is over.

    ``entering``: their page has just come in, which is kept as evidence.

    :raises NotFound: not one of theirs.
    """
    user = User.objects.get(id=user_id)
    session = selectors.session_of(user, session_id)
    role = selectors.role_of(user, session)
    if session.state in TERMINAL:
        return ended(session, role)
    chats.mark_delivered(session_id=session_id, to=role, at=at)
    if entering:
        happenings.socket_opened(session_id=session_id, peer=role, at=at)
    known = meter_of(session)
    snapshot.keep(known)
    peer = selectors.peer_in(session, user)
    return events.Joined(
        role=role.value,
        polite=role is Peer.READER,
        ice_policy=ice_policy(session, role),
        peer={
            "name": peer.name,
            "role": peer.role,
            "present": peer_present,
            "avatar_url": peer.photo_url,
        },
        session=_shown(session),
        meter=_figures(known, role, at),
        messages=[chats.as_event(m).content() for m in selectors.latest_messages(session_id)],
    )


def meter_of(session: ReadingSession) -> events.MeterMoved:
    """The snapshot that heartbeats are answered from."""
    row = Reading(*(getattr(session, column) for column in COLUMNS))
    return meter.moved(row, max_s=rules.current().max_s)


def read_meter(session_id: UUID) -> events.MeterMoved:
    """The same, read from the row (a process that holds the room but missed the news)."""
    return meter_of(ReadingSession.objects.get(id=session_id))


def ended(session: ReadingSession, role: Peer) -> events.SessionEnded:
    """The last word of a room, for one of its sides."""
    reads = role is Peer.READER
    return events.SessionEnded(
        cause=cause_of(session.state, session.reason),
        reason=session.reason or None,
        billed_seconds=session.billable_s,
        receipt_url=receipt_url(session.id),
        total_cents=None if reads else session.captured_cents,
        earned_cents=session.reader_total_cents if reads else None,
    )


def ice_policy(session: ReadingSession, role: Peer) -> str:
    """``relay`` hides a reader's address behind TURN, when there is one and they wish it."""
    hidden = role is Peer.READER and session.relay_only and settings.READERS_RELAY_ONLY
    return "relay" if hidden and settings.TURN_URLS else "all"


def _figures(known: events.MeterMoved, role: Peer, at: datetime) -> dict[str, Any]:
    try:
        seen = beats.read([known.session_id])[known.session_id]
    except RedisError:
        seen = beats.Beats()
    return meter.figures(known, seen, role=role.value, now=at).content()


def _shown(session: ReadingSession) -> dict[str, Any]:
    return {
        "id": session.id,
        "kind": session.kind,
        "state": session.state,
        "pause": session.pause or None,
        "reason": session.reason or None,
        "version": session.version,
        "rate_per_minute_cents": session.rate_per_minute_cents,
        "currency": session.currency,
        "cap_cents": session.cap_cents,
        "deadline_at": session.deadline_at,
        "question": session.question,
    }
