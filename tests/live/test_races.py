"""Races on a real PostgreSQL: threads, each with a connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from backend.core import locks
from backend.core.errors import DomainError
from backend.ledger import audit
from backend.ledger import selectors as ledger
from live.models import ReadingSession, Segment
from live.services import billing, connections, endings, requests, rows
from live.states import LIVE, Peer
from readers.models import ReaderProfile
from tests import builders
from tests.live.stage import Stage

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4


def race(*acts: Callable[[], Any]) -> list[Any]:
    """Run ``acts`` at the same instant; their answers, or the refusals they met."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            barrier.wait(10)
            return act()
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.fixture
def stage(at: datetime) -> Stage:
    return Stage(at)


def test_case_35_tick_hangup_deadline_and_a_second_worker_capture_each_second_once(
    at: datetime,
) -> None:
    for number in range(ROUNDS):
        stage = Stage(at)
        stage.connect()
        stage.run(60, sweeping=False)
        stage.wait(5)
        stage.beat()
        this = {"session_id": stage.session.id, "at": stage.now}
        race(
            partial(billing.settle_due, at=stage.now),
            partial(billing.settle, **this),
            partial(billing.settle_stale, at=stage.now),
            partial(endings.hangup, peer=Peer.CLIENT, **this),
            partial(endings.hangup, peer=Peer.READER, **this),
            partial(connections.peer_up, peer=Peer.READER, **this),
        )
        row = stage.row()
        assert (row.state, row.billable_s) == ("ended", 65), f"round {number}"
        assert sum(s.billed_s for s in Segment.objects.filter(session=row)) == 65
        stage.assert_sound()


def test_case_33_of_many_clients_who_ring_one_reader_exactly_one_wins(stage: Stage) -> None:
    clients = [builders.a_client(cents=5_000, at=stage.now) for _ in range(8)]

    def ask(client: Any) -> Callable[[], Any]:
        return lambda: requests.request(
            client=client, reader_id=stage.reader.pk, kind="voice", at=stage.now
        )

    answers = race(*(ask(client) for client in clients))
    assert sum(isinstance(answer, ReadingSession) for answer in answers) == 1
    assert {a.code for a in answers if isinstance(a, DomainError)} == {"reader_busy"}
    held = [ledger.balance_of(client.pk).held_cents for client in clients]
    assert sorted(held) == [0] * 7 + [798]
    assert ReaderProfile.objects.get(pk=stage.reader.pk).busy_session_id is not None


def test_case_32_one_client_who_rings_many_readers_at_once_gets_one(stage: Stage) -> None:
    readers = [builders.a_reader(at=stage.now) for _ in range(6)]

    def ask(reader: ReaderProfile) -> Callable[[], Any]:
        return lambda: requests.request(
            client=stage.client, reader_id=reader.pk, kind="voice", at=stage.now
        )

    answers = race(*(ask(reader) for reader in readers))
    assert sum(isinstance(answer, ReadingSession) for answer in answers) == 1
    assert {a.code for a in answers if isinstance(a, DomainError)} == {"already_in_a_reading"}
    assert stage.held == 2 * 300
    assert ReaderProfile.objects.filter(busy_session_id__isnull=False).count() == 1


def test_accept_cancel_and_the_deadline_race_to_one_outcome(stage: Stage) -> None:
    for _ in range(ROUNDS):
        client = builders.a_client(cents=5_000, at=stage.now)
        reader = builders.a_reader(at=stage.now)
        session = requests.request(client=client, reader_id=reader.pk, kind="chat", at=stage.now)
        race(
            lambda s=session.id: requests.accept(session_id=s, at=stage.now),
            lambda s=session.id: requests.cancel(session_id=s, at=stage.now),
            lambda s=session.id: requests.decline(session_id=s, at=stage.now),
        )
        session.refresh_from_db()
        assert session.state in ("connecting", "cancelled", "declined")
        held = ledger.balance_of(client.pk).held_cents
        assert (held > 0) == (session.state in LIVE)
    assert audit.proofs(stage.now) == []


def test_both_peers_coming_up_at_once_open_one_stretch(stage: Stage) -> None:
    stage.request()
    stage.accept()
    stage.beat()
    session_id, now = stage.session.id, stage.now
    race(
        lambda: connections.peer_up(session_id=session_id, peer=Peer.CLIENT, at=now),
        lambda: connections.peer_up(session_id=session_id, peer=Peer.READER, at=now),
    )
    row = stage.row()
    assert (row.state, row.segments, row.version) == ("active", 0, 3)


def test_case_45_a_top_up_races_the_exhaustion_without_deadlock(at: datetime) -> None:
    for _ in range(ROUNDS):
        stage = Stage(at, cents=1_197)
        stage.connect()
        stage.run(175)
        stage.wait(5)
        stage.beat()
        session_id, now = stage.session.id, stage.now
        race(
            lambda i=session_id, t=now: billing.settle(session_id=i, at=t),
            lambda s=stage: builders.top_up(s.client, 500, at=s.now),
            lambda t=now: billing.settle_due(at=t),
        )
        assert stage.row().state == "active"
        stage.hangup()
        row = stage.row()
        assert stage.spendable == 1_697 - row.captured_cents
        stage.assert_sound()


def test_a_second_worker_skips_what_the_first_one_holds(stage: Stage) -> None:
    stage.connect()
    stage.run(60, sweeping=False)
    stage.wait(5)
    stage.beat()

    def second() -> int:
        try:
            return len(rows_due())
        finally:
            connection.close()

    def rows_due() -> list[Any]:
        with transaction.atomic():
            return rows.lock_due(stage.now, 10)

    with transaction.atomic():
        assert len(rows.lock_due(stage.now, 10)) == 1
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(second).result() == 0


def test_one_sweep_of_a_kind_runs_at_a_time(stage: Stage) -> None:
    stage.connect()
    stage.run(60, sweeping=False)
    stage.wait(5)
    stage.beat()

    def sweep() -> int:
        try:
            return billing.settle_due(at=stage.now)
        finally:
            connection.close()

    with locks.alone("live.settle_due") as mine, ThreadPoolExecutor(1) as pool:
        assert mine
        assert pool.submit(sweep).result() == 0
    assert billing.settle_due(at=stage.now) == 1


def test_a_big_sweep_settles_each_session_once_with_several_batches_at_work(
    at: datetime, settings: Any
) -> None:
    settings.SWEEP_BATCH = 2
    stages = [Stage(at) for _ in range(9)]
    for one in stages:
        one.connect()
        one.run(60, sweeping=False)
        one.wait(5)
        one.beat()
    assert billing.settle_due(at=stages[0].now) == 9
    for one in stages:
        assert one.captured == 399
    assert audit.proofs(stages[0].now) == []
