from __future__ import annotations

from datetime import datetime, timedelta
from threading import Event, Thread
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from backend.core import announcements
from backend.realtime import presence
from readers import selectors
from readers.announcements import ReaderCameOnline
from readers.errors import KindNotOffered, ReaderBusy
from readers.models import ReaderProfile
from readers.services import availability
from tests import builders

pytestmark = pytest.mark.django_db


def status(reader: ReaderProfile, at: datetime) -> str:
    return selectors.by_id(reader.pk, now=at).status  # type: ignore[attr-defined]


def test_a_wish_without_a_beating_socket_is_offline(at: datetime) -> None:
    reader = builders.a_reader(at=at, online=False)
    availability.set_wish(reader_id=reader.pk, wishes={"chat": True}, at=at)

    assert status(reader, at) == "offline"


def test_a_wish_and_a_beat_are_online_and_a_lost_reader_is_offline_within_15_s(
    at: datetime,
) -> None:
    reader = builders.a_reader(at=at)

    assert status(reader, at + timedelta(seconds=14)) == "online"
    assert status(reader, at + timedelta(seconds=16)) == "offline"


def test_a_reader_in_a_reading_is_busy_until_it_ends(at: datetime) -> None:
    reader, session = builders.a_reader(at=at), uuid4()
    availability.occupy(reader_id=reader.pk, session_id=session, at=at)
    assert status(reader, at) == "busy"

    availability.free(reader_id=reader.pk, session_id=session, at=at)
    assert status(reader, at) == "online"


def test_another_session_cannot_free_a_busy_reader(at: datetime) -> None:
    reader = builders.a_reader(at=at)
    availability.occupy(reader_id=reader.pk, session_id=uuid4(), at=at)

    availability.free(reader_id=reader.pk, session_id=uuid4(), at=at)

    assert status(reader, at) == "busy"


@pytest.mark.django_db(transaction=True)
def test_of_two_sessions_that_want_one_reader_at_once_one_wins(at: datetime) -> None:
    reader = builders.a_reader(at=at)
    outcomes: list[str] = []

    def grab() -> None:
        try:
            availability.occupy(reader_id=reader.pk, session_id=uuid4(), at=at)
            outcomes.append("won")
        except ReaderBusy:
            outcomes.append("busy")
        finally:
            connection.close()

    threads = [Thread(target=grab) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["busy"] * 7 + ["won"]


@pytest.mark.django_db(transaction=True)
def test_the_sweep_waits_for_no_reader_whom_somebody_else_is_busy_with(at: datetime) -> None:
    busy, free = builders.a_reader(at=at), builders.a_reader(at=at)
    later = at + timedelta(minutes=2)
    for reader in (busy, free):
        presence.beat(reader.pk, at=later)
    held, done = Event(), Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                ReaderProfile.objects.select_for_update().get(pk=busy.pk)
                held.set()
                done.wait(10)
        finally:
            connection.close()

    thread = Thread(target=hold)
    thread.start()
    try:
        assert held.wait(5)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = 500")
        availability.sweep_presence(at=later)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
        done.set()
        thread.join()
    free.refresh_from_db()
    assert free.seen_at == later


def test_wishing_a_kind_without_a_rate_is_refused_and_changes_nothing(at: datetime) -> None:
    reader = builders.a_reader(at=at, rates=(150, None, None), online=False)

    with pytest.raises(KindNotOffered):
        availability.set_wish(reader_id=reader.pk, wishes={"video": True}, at=at)

    reader.refresh_from_db()
    assert not reader.wants_video


def test_the_second_missed_ring_takes_a_reader_offline_with_the_reason(at: datetime) -> None:
    reader = builders.a_reader(at=at)
    availability.missed_ring(reader_id=reader.pk, at=at)
    assert status(reader, at) == "online"

    availability.missed_ring(reader_id=reader.pk, at=at)

    reader.refresh_from_db()
    assert status(reader, at) == "offline"
    assert "without an answer" in reader.offline_reason


def test_an_answer_between_two_missed_rings_keeps_a_reader_online(at: datetime) -> None:
    reader = builders.a_reader(at=at)
    availability.missed_ring(reader_id=reader.pk, at=at)
    availability.answered(reader_id=reader.pk)
    availability.missed_ring(reader_id=reader.pk, at=at)

    assert status(reader, at) == "online"


def test_a_wish_lapses_after_ten_minutes_away(at: datetime) -> None:
    reader = builders.a_reader(at=at)
    availability.sweep_presence(at=at)

    availability.sweep_presence(at=at + timedelta(minutes=9))
    reader.refresh_from_db()
    assert reader.wants_chat

    availability.sweep_presence(at=at + timedelta(minutes=10, seconds=5))
    reader.refresh_from_db()
    assert not reader.wants_chat
    assert "away" in reader.offline_reason


def test_the_sweep_locks_nobody_who_is_as_they_were(at: datetime) -> None:
    readers = [builders.a_reader(at=at) for _ in range(3)]
    availability.sweep_presence(at=at)
    for reader in readers:
        presence.beat(reader.pk, at=at + timedelta(seconds=5))

    with CaptureQueriesContext(connection) as asked:
        changed = availability.sweep_presence(at=at + timedelta(seconds=5))

    locking = [query["sql"] for query in asked if "FOR UPDATE" in query["sql"]]
    assert changed == 0
    assert len(locking) == 1  # whose sign of life is a minute old: nobody's
    assert "seen_at" in locking[0]


def test_coming_back_within_ten_minutes_is_told_once(
    at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    came: list[ReaderCameOnline] = []
    monkeypatch.setitem(announcements._reactions, ReaderCameOnline, [came.append])
    reader = builders.a_reader(at=at)
    later = at + timedelta(minutes=5)
    availability.sweep_presence(at=later)
    came.clear()

    presence.beat(reader.pk, at=later)
    availability.sweep_presence(at=later)
    availability.sweep_presence(at=later + timedelta(seconds=5))

    assert [fact.reader_id for fact in came] == [reader.pk]
