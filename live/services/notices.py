"""What the browsers are told when readings change. Sent on commit, in one trip to Redis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from backend.realtime import events, rooms
from backend.realtime.parcels import Side
from backend.realtime.publish import publish_all
from live import meter, rules
from live.addresses import receipt_url, room_url
from live.facts import Decision, Reading, Take
from live.states import TERMINAL, Pause, State, What, cause_of

Letter = tuple[events.Event, str, Side | None]


def tell(decisions: Iterable[Decision], at: datetime) -> None:
    """Tell rooms and pages what these decisions changed."""
    letters: list[Letter] = []
    for decision in decisions:
        letters.extend(_letters_of(decision, at))
    publish_all(letters)


def tell_state(rows: Iterable[Reading], at: datetime) -> None:
    """Tell the rooms of these readings where they are now."""
    letters: list[Letter] = []
    for row in rows:
        room = rooms.session(row.id)
        letters += [(meter_of(row), room, None), (_state_of(row, at), room, None)]
    publish_all(letters)


def meter_of(row: Reading) -> events.MeterMoved:
    """What the sockets count from, as of this version of the row."""
    return meter.moved(row, max_s=rules.current().max_s)


def _letters_of(decision: Decision, at: datetime) -> Iterator[Letter]:
    row, room = decision.after, rooms.session(decision.after.id)
    if row.version != decision.before.version:
        yield meter_of(row), room, None
    for money in decision.money:
        if isinstance(money, Take):
            yield from _tick(decision, money, room, at)
    if decision.moved:
        yield _state_of(row, at), room, None
        yield from _pages(decision)
    if decision.warning:
        left, why = decision.warning
        yield events.BalanceLow(seconds_left=left, why=why), room, None
    if row.pause == Pause.CAP and decision.before.pause != Pause.CAP and row.cap_cents:
        yield events.CapReached(cap_cents=row.cap_cents), room, None
    if decision.event.what in (What.FUNDS, What.RAISE_CAP):
        available = events.BalanceUpdated(available_cents=decision.spendable_cents)
        yield available, room, "client"
    if row.state in TERMINAL:
        yield from _ending(row, room)


def _state_of(row: Reading, at: datetime) -> events.SessionState:
    return events.SessionState(
        state=row.state,
        pause=row.pause or None,
        reason=row.reason or None,
        version=row.version,
        deadline_at=row.deadline_at,
        server_time=at,
    )


def _tick(decision: Decision, money: Take, room: str, at: datetime) -> Iterator[Letter]:
    row = decision.after
    minute = -(-money.billable_s // 60)
    yield (
        events.BillingTick(
            minute=minute,
            charged_cents=money.gross_cents,
            total_cents=row.captured_cents,
            server_time=at,
            balance_cents=decision.spendable_cents,
        ),
        room,
        "client",
    )
    yield (
        events.BillingTick(
            minute=minute,
            charged_cents=money.gross_cents,
            total_cents=row.captured_cents,
            server_time=at,
            earned_cents=row.reader_total_cents,
        ),
        room,
        "reader",
    )


def _ending(row: Reading, room: str) -> Iterator[Letter]:
    cause, reason = cause_of(row.state, row.reason), row.reason or None
    url = receipt_url(row.id)
    yield (
        events.SessionEnded(
            cause=cause,
            reason=reason,
            billed_seconds=row.billable_s,
            receipt_url=url,
            total_cents=row.captured_cents,
        ),
        room,
        "client",
    )
    yield (
        events.SessionEnded(
            cause=cause,
            reason=reason,
            billed_seconds=row.billable_s,
            receipt_url=url,
            earned_cents=row.reader_total_cents,
        ),
        room,
        "reader",
    )


def _pages(decision: Decision) -> Iterator[Letter]:
    """Tell the other pages of both: the ring's outcome, and the way back to the room."""
    before, row = decision.before, decision.after
    if row.state == before.state:
        return
    client, reader = rooms.user(row.client_id), rooms.user(row.reader_id)
    for to, event in _outcome(row, client, reader):
        yield event, to, None
    moved = events.ReadingMoved(session_id=row.id, state=row.state, url=room_url(row.id))
    yield moved, client, None
    yield moved, reader, None


def _outcome(row: Reading, client: str, reader: str) -> Sequence[tuple[str, events.Event]]:
    match row.state:
        case State.CONNECTING:
            return [(client, events.RequestAccepted(session_id=row.id, url=room_url(row.id)))]
        case State.DECLINED:
            return [(client, events.RequestDeclined(session_id=row.id, reason="declined"))]
        case State.MISSED:
            missed = events.RequestMissed(session_id=row.id, reason="unanswered")
            return [(client, missed), (reader, missed)]
        case State.CANCELLED:
            reason = row.reason or "cancelled"
            gone = events.RequestCancelled(session_id=row.id, reason=reason)
            return [(client, gone), (reader, gone)]
    return []
