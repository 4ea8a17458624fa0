"""The timeline of one reading, gathered from everything that is kept of it.

For whoever needs the plain rows, in a case of ours or in one of a bank:

    timeline = gathering.timeline_of(session_id)
    for entry in timeline.entries: entry.at, entry.lane, entry.words, entry.detail, entry.facts

Nobody's words are in it: a message is there by its instant, its side, its length and its seal.
A constant number of queries, whatever the reading holds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from admin_portal.evidence import funds, media, milestones, reports, rooms, seals
from admin_portal.evidence.entries import Entry, Fact, Lane, Timeline, in_order
from admin_portal.evidence.media import Sample
from backend.core.errors import NotFound
from live.models import ChatMessage, QualitySample, ReadingSession, SessionEvent
from live.services.evidence import SAMPLES_MAX
from live.services.happenings import EVENTS_MAX
from readers.kinds import Kind

CHAT_MAX: Final = 1_000  # messages with a record of their own; the rest share one
_HAPPENINGS_MAX: Final = 2 * EVENTS_MAX
_AXIS_SECONDS_MIN: Final = 60


def timeline_of(session_id: UUID) -> Timeline:
    """Everything that is known of a reading, oldest first.

    :raises NotFound: there is no such reading.
    """
    session = ReadingSession.objects.filter(id=session_id).first()
    if session is None:
        raise NotFound("There is no such reading.")
    events = SessionEvent.objects.filter(session_id=session_id).order_by("at", "id")
    happenings = list(events[: _HAPPENINGS_MAX + 1])
    stretches = list(session.stretches.all())
    clock = [(stretch.started_at, stretch.ended_at) for stretch in stretches]
    begins_at, ends_at = _axis(session, happenings)
    samples = _samples_of(session_id)
    entries = [
        *milestones.of_row(session, happenings),
        *milestones.of_clock(session, stretches, happenings),
        *rooms.of_sockets(happenings, until=session.ended_at or ends_at),
        *rooms.of_media(happenings),
        *media.entries_of(samples, clock=clock, video=session.kind == Kind.VIDEO),
        *funds.charges(session, stretches),
        *funds.given_back(session_id),
        *funds.top_ups(session.client_id, begins_at=begins_at, ends_at=ends_at),
        *_chat_of(session_id),
        *reports.of_pair(session),
    ]
    left_out = max(0, len(happenings) - _HAPPENINGS_MAX)
    return Timeline(session_id, begins_at, ends_at, tuple(in_order(entries)), left_out)


def _axis(session: ReadingSession, happenings: Sequence[SessionEvent]) -> tuple[datetime, datetime]:
    last = [session.ended_at or session.touched_at, *(h.at for h in happenings[-1:])]
    least = session.requested_at + timedelta(seconds=_AXIS_SECONDS_MIN)
    return session.requested_at, max(least, session.ended_at or max(last))


def _samples_of(session_id: UUID) -> list[Sample]:
    kept = QualitySample.objects.filter(session_id=session_id).order_by("at", "id")
    return [Sample(*row) for row in kept.values_list(*Sample._fields)[: 2 * SAMPLES_MAX]]


def _chat_of(session_id: UUID) -> Iterator[Entry]:
    """Each message by its seal. Beyond what gets a record each, one seal over all the others."""
    rest, digest, last = 0, hashlib.sha256(), None
    messages = ChatMessage.objects.filter(session_id=session_id).order_by("id")
    for n, message in enumerate(messages.iterator(chunk_size=500)):
        seal = seals.of_text(message_id=message.id, key=message.key, text=message.text)
        if n < CHAT_MAX:
            yield _message(message, seal)
        else:
            rest, last = rest + 1, message.at
            digest.update(seal.encode())
    if last is not None:
        words = f"{rest} more messages"
        facts: dict[str, Fact] = {"messages": rest, "seal": digest.hexdigest()}
        yield Entry(last, Lane.CHAT, "more_messages", words, facts=facts)


def _message(message: ChatMessage, seal: str) -> Entry:
    seen = message.read_at or message.delivered_at
    state = "Read" if message.read_at else "Delivered" if message.delivered_at else "Not delivered"
    return Entry(
        at=message.at,
        lane=Lane.CHAT,
        kind="message",
        words=f"Chat, {message.sender}",
        detail=f"{len(message.text)} characters. {state}.",
        side=message.sender,
        facts={
            "message_id": str(message.id),
            "characters": len(message.text),
            "seal": seal,
            "seen_at": seen.isoformat() if seen else None,
        },
    )
