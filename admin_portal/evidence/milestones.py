"""What the row of a reading, its stretches and what stopped its clock tell. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from admin_portal.evidence import words
from admin_portal.evidence.entries import Entry, Lane
from backend.core.templatetags.money import money, spoken
from live.chronicle import Happened
from live.models import ReadingSession, Segment, SessionEvent
from live.selectors import ending_in_words
from live.states import State, cause_of


def of_row(session: ReadingSession, happenings: Sequence[SessionEvent]) -> Iterator[Entry]:
    """Request, answer, start and end."""
    cap_cents = _first_cap(session, happenings)
    terms = words.request(session.kind, session.rate_per_minute_cents, cap_cents)
    asked = Entry(
        session.requested_at,
        Lane.REQUEST,
        "requested",
        "Request sent",
        terms,
        side="client",
        until=_answered_at(session),
        facts={
            "kind": session.kind,
            "rate_per_minute_cents": session.rate_per_minute_cents,
            "cap_cents": cap_cents,
            "free_s": session.free_s,
        },
    )
    yield asked
    if session.accepted_at:
        after = round((session.accepted_at - session.requested_at).total_seconds())
        yield Entry(
            session.accepted_at,
            Lane.REQUEST,
            "accepted",
            "Accepted by the reader",
            f"After {spoken(after)}.",
            side="reader",
            until=session.started_at or session.ended_at,
        )
    if session.started_at:
        yield Entry(session.started_at, Lane.CLOCK, "started", "Both connected, clock starts")
    if session.ended_at:
        yield _end(session, session.ended_at)


def of_clock(
    session: ReadingSession, stretches: Sequence[Segment], happenings: Sequence[SessionEvent]
) -> Iterator[Entry]:
    """Where the clock ran and stood, why, and what else bore on it."""
    for stretch in stretches:
        yield Entry(
            stretch.started_at,
            Lane.CLOCK,
            "running",
            "Clock ran",
            f"{spoken(stretch.billed_s)} counted.",
            until=stretch.ended_at,
            facts={"n": stretch.n, "billed_s": stretch.billed_s},
        )
    for number, happening in enumerate(happenings):
        if happening.kind == Happened.PAUSED:
            until = _next_move(happenings[number + 1 :]) or session.ended_at
            yield _pause(happening, until)
        elif happening.kind in _OTHERS:
            yield _other(happening)


_OTHERS = {
    Happened.RESUMED,
    Happened.WARNED,
    Happened.CAP_RAISED,
    Happened.PAYING,
    Happened.GIVEN_AWAY,
    Happened.PUT_ASIDE,
}


def _first_cap(session: ReadingSession, happenings: Sequence[SessionEvent]) -> int | None:
    """The cap as it was asked for; the row knows the one that it was raised to."""
    raised = [h for h in happenings if h.kind == Happened.CAP_RAISED]
    first: int | None = raised[0].facts["from_cents"] if raised else session.cap_cents
    return first


def _answered_at(session: ReadingSession) -> datetime | None:
    return session.accepted_at or session.ended_at


def _end(session: ReadingSession, at: datetime) -> Entry:
    used = f"{spoken(session.billable_s)} billed, {money(session.captured_cents)}."
    cause = cause_of(session.state, session.reason)
    return Entry(
        at,
        Lane.CLOCK if session.state == State.ENDED else Lane.REQUEST,
        "ended",
        ending_in_words(session).rstrip("."),
        used if session.state == State.ENDED else "Nothing was charged.",
        side=cause if cause in ("client", "reader") else "",
        facts={
            "state": session.state,
            "reason": session.reason,
            "missing": session.missing,
            "billable_s": session.billable_s,
            "captured_cents": session.captured_cents,
            "unbilled_s": session.unbilled_s,
        },
    )


def _next_move(later: Sequence[SessionEvent]) -> datetime | None:
    moves = (Happened.PAUSED, Happened.RESUMED)
    return next((happening.at for happening in later if happening.kind in moves), None)


def _pause(happening: SessionEvent, until: datetime | None) -> Entry:
    facts = happening.facts
    left = words.why_left(facts.get("why"))
    return Entry(
        happening.at,
        Lane.CLOCK,
        "paused",
        words.paused(facts["reason"]),
        f"Nothing was charged meanwhile. {left}".strip(),
        side=happening.side,
        until=until,
        facts=facts,
    )


def _other(happening: SessionEvent) -> Entry:
    facts, said, detail = happening.facts, words.happened(happening.kind), ""
    lane = Lane.CLOCK
    if happening.kind == Happened.WARNED:
        said, detail = words.warned(facts["seconds_left"], facts["why"]), "Both pages said so."
    elif happening.kind == Happened.CAP_RAISED:
        lane = Lane.FUNDS
        detail = f"From {money(facts['from_cents'])} to {money(facts['to_cents'])}."
    elif happening.kind == Happened.PAYING:
        lane = Lane.FUNDS
    elif happening.kind == Happened.GIVEN_AWAY:
        detail = f"{spoken(facts['seconds'])} were proven and not billed."
    return Entry(happening.at, lane, happening.kind, said, detail, happening.side, facts=facts)
