"""The meter's two sweeps: settle what is due, and what has a silent peer (R13).

Both take batches of up to a thousand sessions, each batch one transaction through ``turns``.
A batch that the database refuses is halved until the one bad session is found and put aside;
all others are settled.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import structlog
from django.conf import settings
from django.db import DataError, IntegrityError, connection, transaction

from backend.core import locks
from backend.core.errors import DomainError
from backend.ledger.errors import LedgerBroken
from backend.realtime import beats
from live import rules
from live.facts import Decision, Event
from live.services import happenings, notices, rows, turns
from live.states import What

log = structlog.get_logger(__name__)
_DUE = Event(What.DUE)
_ORPHANED = Event(What.ORPHAN)
_BATCHES_MAX = 1_000
_THREADS = 2
# ValueError: a row that contradicts itself (``facts.known``).
REFUSALS = (IntegrityError, DataError, DomainError, LedgerBroken, ValueError)
Lock = Callable[[], rows.Locked]


def settle_due(*, at: datetime) -> int:
    """Settle every live session that is due at ``at``; end orphans. How many were settled.

    0 when another worker is at it.
    """
    with locks.alone("live.settle_due") as mine:
        if not mine:
            return 0
        limit = settings.SWEEP_BATCH
        settled = _in_batches(lambda: rows.lock_due(at, limit), _DUE, at)
        untouched_since = at - timedelta(seconds=rules.current().orphan_s)
        return settled + _batch(lambda: rows.lock_orphans(untouched_since, limit), _ORPHANED, at)


def settle_stale(*, at: datetime) -> int:
    """Settle the sessions with a peer that fell silent: they pause, uncharged from then on."""
    with locks.alone("live.settle_stale") as mine:
        if not mine:
            return 0
        settled, seen = 0, set[UUID]()
        while silent := set(beats.stale(at, settings.SWEEP_BATCH)) - seen:
            seen |= silent
            settled += _batch(partial(rows.lock, list(silent), skip_locked=True), _DUE, at)
        return settled


def settle(*, session_id: UUID, at: datetime) -> Decision | None:
    """Settle one session now: its money is about to run out, or a beat came late."""
    return turns.take_one(session_id, _DUE, at)


def _in_batches(lock: Lock, event: Event, at: datetime) -> int:
    """Settle batch after batch. After a full one, several at a time: while the database works
    on one, the next is decided. SKIP LOCKED keeps them apart.
    """
    with _collector_at_rest():
        settled = _batch(lock, event, at)
        if settled < settings.SWEEP_BATCH:
            return settled
        if connection.in_atomic_block:  # A test's transaction: nobody else could see the rows.
            return settled + _until_none_left(lock, event, at)
        with ThreadPoolExecutor(_THREADS) as pool:
            loops = [pool.submit(_in_a_thread, lock, event, at) for _ in range(_THREADS)]
            return settled + sum(loop.result() for loop in loops)


def _in_a_thread(lock: Lock, event: Event, at: datetime) -> int:
    try:
        return _until_none_left(lock, event, at)
    finally:
        connection.close()


def _until_none_left(lock: Lock, event: Event, at: datetime) -> int:
    settled = 0
    for _ in range(_BATCHES_MAX):
        done = _batch(lock, event, at)
        settled += done
        if not done:
            break
    return settled


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """A batch makes no cycles, and looking for them costs a quarter of its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _batch(lock: Lock, event: Event, at: datetime) -> int:
    """Settle one batch; how many sessions it had. A refused one is halved."""
    ids: list[UUID] = []
    try:
        with transaction.atomic():
            locked = lock()
            ids = [row.id for row, _ in locked]
            if locked:
                turns.take(locked, event, at)
    except REFUSALS as refusal:
        _halve(ids, event, at, refusal)
    return len(ids)


def _halve(ids: Sequence[UUID], event: Event, at: datetime, refusal: Exception) -> None:
    if len(ids) == 1:
        _put_aside(ids[0], at, refusal)
        return
    middle = len(ids) // 2
    for half in (ids[:middle], ids[middle:]):
        try:
            with transaction.atomic():
                turns.take(rows.lock(half, skip_locked=True), event, at)
        except REFUSALS as again:
            _halve(half, event, at, again)


def _put_aside(session_id: UUID, at: datetime, refusal: Exception) -> None:
    """One session that cannot be settled must not stop the others: quarantine, alert."""
    log.error("session_quarantined", session_id=str(session_id), why=str(refusal)[:500])
    until = at + timedelta(seconds=rules.current().orphan_s)
    with transaction.atomic():
        rows.quarantine(session_id, at, until)
        happenings.put_aside(session_id=session_id, at=at)
        notices.tell_state([row for row, _ in rows.lock([session_id])], at)
