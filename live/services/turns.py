"""The one way in which readings change: lock, look, decide, post, write, tell.

Every transition of every reading, one or a thousand at a time, goes through ``take``:

1. lock the rows, 2. read the beats, 3. lock all their pots in id order, 4. decide each with the
pure rules, 5. post the movements, 6. write the rows, 7. tell the browsers on commit.
No ORM object is made per row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection, transaction
from redis.exceptions import RedisError

from backend.core.announcements import announce
from backend.core.ids import uuid7
from backend.ledger import flags, movements, spending
from backend.realtime import beats
from live import rules as numbers
from live.announcements import ReadingBegan, ReadingOver
from live.decisions import decide
from live.facts import (
    Decision,
    Event,
    Facts,
    FreeTime,
    GiveBack,
    HoldMore,
    Purse,
    Sight,
    Take,
)
from live.services import happenings, notices, rows
from live.states import TERMINAL, State, What
from readers.services import availability

log = structlog.get_logger(__name__)
DROPS_FLAGGED = 5  # so many drops of one client in one reading are a pattern (R15)
_NOTHING = Purse()
_UNSEEN = Sight()
Move = movements.Hold | movements.Capture | movements.Release | movements.FreeSeconds


@transaction.atomic
def take_one(session_id: UUID, event: Event, at: datetime) -> Decision | None:
    """Let ``event`` happen to one reading, waiting for its lock; None when there is none such."""
    decisions = take(rows.lock([session_id]), event, at)
    return decisions[0] if decisions else None


def take(locked: rows.Locked, event: Event, at: datetime) -> list[Decision]:
    """Let ``event`` happen to readings whose rows the caller has locked in this transaction.

    :raises IntegrityError: the database refuses what was decided; the transaction is lost.
    """
    live = [(row, frozen) for row, frozen in locked if row.state not in TERMINAL]
    sights = _sights([row.id for row, _ in live], event)
    funds = movements.lock_funds(
        [row.client_id for row, _ in live], [row.reader_id for row, _ in live]
    )
    rooms = spending.rooms_of([row.client_id for row, _ in live], at=at)
    rules = numbers.current()
    decisions = []
    for row, frozen in locked:
        purse = purse_of(funds.get(row.client_id), rooms.get(row.client_id))
        sight = sights.get(row.id, _UNSEEN)
        decisions.append(decide(Facts(row, event, sight, purse, at, frozen), rules))
    _write(decisions, funds, at)
    return decisions


def purse_of(funds: movements.Funds | None, room: spending.Room | None) -> Purse:
    """What a client may spend: what locked pots hold, within their own limit."""
    if funds is None:
        return _NOTHING
    cents = room.cents if room else None
    return Purse.within(cents, promo_cents=funds.promo_cents, cash_cents=funds.cash_cents)


def _sights(session_ids: Sequence[UUID], event: Event) -> dict[UUID, Sight]:
    """The beats of these sessions. Only an end may be decided without Redis.

    :raises RedisError: Redis is out of reach, and the event needs to know who is there.
    """
    try:
        seen = beats.read(session_ids)
    except RedisError:
        if event.what not in (What.HANGUP, What.ADMIN_END, What.FROZEN, What.CANCEL, What.DECLINE):
            raise
        log.warning("beats_unreadable", sessions=len(session_ids), what=event.what.value)
        return {}
    return {key: Sight(*beat) for key, beat in seen.items()}


def _write(decisions: Sequence[Decision], funds: movements.LockedFunds, at: datetime) -> None:
    changed = [decision for decision in decisions if decision.changed]
    moves = [move for decision in changed for move in _moves_of(decision)]
    movements.post_readings(moves, at=at, funds=funds)
    rows.write(changed, at)
    rows.add_stretches([(uuid7(), d.after.id, s) for d in changed for s in d.stretches])
    happenings.keep_of(changed, at)
    _open_lots(changed, at)
    _claim_free_seconds(changed, at)
    _free_readers(changed, at)
    _tend_beats(decisions)
    _alert(changed)
    _announce(changed, at)
    notices.tell(changed, at)


def _moves_of(decision: Decision) -> Iterable[Move]:
    row = decision.after
    for money in decision.money:
        match money:
            case Take():
                yield movements.Capture(
                    session_id=row.id,
                    client_id=row.client_id,
                    reader_id=row.reader_id,
                    billable_s=money.billable_s,
                    reader_cents=money.reader_cents,
                    platform_cents=money.platform_cents,
                    renew_promo_cents=money.renew_promo_cents,
                    renew_cash_cents=money.renew_cash_cents,
                )
            case HoldMore():
                yield movements.Hold(
                    row.id, money.n, row.client_id, money.promo_cents, money.cash_cents
                )
            case GiveBack():
                yield movements.Release(row.id, row.client_id, money.promo_cents, money.cash_cents)
            case FreeTime():
                yield movements.FreeSeconds(row.id, row.reader_id, money.cents)


def _ended(decisions: Sequence[Decision]) -> list[Decision]:
    return [d for d in decisions if d.after.state in TERMINAL and d.before.state not in TERMINAL]


def _open_lots(decisions: Sequence[Decision], at: datetime) -> None:
    """Earnings of an ended reading become a lot that matures after the hold period, or waits
    for staff where client and reader seem to be one person (case 34).
    """
    matures_at = at + timedelta(hours=settings.EARNINGS_HOLD_HOURS)
    for decision in _ended(decisions):
        row = decision.after
        free = sum(m.cents for m in decision.money if isinstance(m, FreeTime))
        if row.reader_total_cents + free:
            about = f"session:{row.id}"
            movements.open_lot(
                about=about,
                reader_id=row.reader_id,
                earned_cents=row.reader_total_cents + free,
                matures_at=matures_at,
            )
            flags.examine(about=about, client_id=row.client_id, reader_id=row.reader_id, at=at)


def _claim_free_seconds(decisions: Sequence[Decision], at: datetime) -> None:
    claims = [(d.after.client_id, d.after.id) for d in decisions if d.opened and d.after.free_s > 0]
    if claims:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO live_freesecondsclaim (client_id, session_id, claimed_at) "
                "VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
                [(client, session, at) for client, session in claims],
            )


def _free_readers(decisions: Sequence[Decision], at: datetime) -> None:
    for decision in _ended(decisions):
        row = decision.after
        availability.free(reader_id=row.reader_id, session_id=row.id, at=at)
        if row.state == State.MISSED:
            availability.missed_ring(reader_id=row.reader_id, at=at)
        if row.state == State.ENDED and row.billable_s:
            availability.count_reading(reader_id=row.reader_id)
        if decision.missing:
            rows.note_missing(row.id, decision.missing)


def _announce(decisions: Sequence[Decision], at: datetime) -> None:
    """Tell the other apps of rings that were taken, and of taken readings that are over."""
    for decision in decisions:
        before, row = decision.before.state, decision.after
        if row.state == before:
            continue
        if row.state == State.CONNECTING:
            rules = numbers.current()
            until = at + timedelta(seconds=rules.connect_s + rules.max_s)
            announce(ReadingBegan(row.id, row.client_id, row.reader_id, at, until))
        elif row.state in TERMINAL and before != State.REQUESTED:
            announce(ReadingOver(row.id, row.reader_id, at))


def _tend_beats(decisions: Sequence[Decision]) -> None:
    """Mark silent peers down now; forget consumed gaps and ended rooms once it is committed.

    A gap outlives a rolled-back settle, so that it is never lost (R12). A peer that is marked
    down and then rolled back only loses time in the client's favour.
    """
    consumed = [d.after.id for d in decisions if d.gap_consumed]
    over = [d.after.id for d in decisions if d.after.state in TERMINAL]
    try:
        for decision in decisions:
            for peer in decision.down:
                beats.mark_down(decision.after.id, peer.value)
    except RedisError:
        log.warning("peers_not_marked_down")
    if consumed:
        transaction.on_commit(lambda: beats.consume_gap(consumed), robust=True)
    if over:
        transaction.on_commit(lambda: beats.clear(over), robust=True)


def _alert(decisions: Sequence[Decision]) -> None:
    for decision in decisions:
        if decision.unbilled_s:
            log.error(
                "seconds_given_away",
                session_id=str(decision.after.id),
                seconds=decision.unbilled_s,
                why="no settle within the quota: were the workers down?",
            )
        if decision.after.client_drops == DROPS_FLAGGED > decision.before.client_drops:
            log.warning(
                "client_drops_often",
                session_id=str(decision.after.id),
                client_id=str(decision.after.client_id),
            )
