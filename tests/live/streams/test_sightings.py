"""What becomes of a room, decided from what was seen: no database, no clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from backend.core.ids import uuid7
from live.ports import RoomStats
from live.stream_states import HostIs
from live.streams.sightings import READING_SLACK, Decision, Room, Sight, decide
from tests.conftest import NOON

GONE = timedelta(seconds=60)
ROOM = Room(uuid7(), uuid7(), 3, HostIs.ON_AIR, None, 4)
ON_AIR = RoomStats(viewers=7, host_on_air=True)
SIGHT = Sight(ON_AIR, is_engine_known=True, present=2, host_beats=True)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def see(room: Room = ROOM, after: float = 0, **seen: object) -> Decision:
    return decide(room, replace(SIGHT, **seen), gone=GONE, at=NOON + seconds(after))


def test_the_engine_s_count_counts_and_the_room_s_where_it_cannot_tell() -> None:
    assert see().viewers == 7
    assert see(stats=RoomStats()).viewers == 2
    assert see(stats=None).viewers == 2
    assert see(stats=None, is_engine_known=False).viewers == 2


def test_a_host_whose_picture_is_gone_is_waited_for() -> None:
    gone = RoomStats(viewers=7, host_on_air=False, host_gone_since=NOON - seconds(5))
    away = see(stats=gone)

    assert (away.host_is, away.back_at, away.is_over) == (HostIs.AWAY, NOON + seconds(55), False)


def test_after_a_minute_without_a_picture_it_is_over_and_not_before() -> None:
    gone = RoomStats(viewers=7, host_on_air=False, host_gone_since=NOON)
    room = replace(ROOM, host_is=HostIs.AWAY, back_at=NOON + GONE)

    assert not see(room, after=59, stats=gone).is_over
    assert see(room, after=60, stats=gone).is_over
    assert see(room, after=60).host_is == HostIs.ON_AIR


def test_an_engine_that_runs_no_such_room_carries_no_picture() -> None:
    away = see(stats=None)

    assert (away.host_is, away.back_at) == (HostIs.AWAY, NOON + GONE)


def test_an_engine_that_does_not_answer_proves_nothing() -> None:
    room = replace(ROOM, host_is=HostIs.AWAY, back_at=NOON)
    kept = see(room, after=600, stats=None, is_engine_known=False)

    assert (kept.host_is, kept.back_at, kept.is_over) == (HostIs.AWAY, NOON, False)


def test_where_the_engine_cannot_tell_the_host_s_page_does() -> None:
    assert see(stats=RoomStats()).host_is == HostIs.ON_AIR
    assert see(stats=RoomStats(), host_beats=False).host_is == HostIs.AWAY


def test_a_reading_is_no_absence() -> None:
    until = NOON + seconds(3_660)
    gone = RoomStats(viewers=7, host_on_air=False, host_gone_since=NOON - seconds(500))
    reading = see(stats=gone, reading_until=until)

    assert (reading.host_is, reading.back_at) == (HostIs.IN_READING, until)
    room = replace(ROOM, host_is=HostIs.IN_READING, back_at=until)
    later = 3_660 + READING_SLACK.total_seconds()
    assert not see(room, after=later - 1, stats=gone, reading_until=until).is_over
    assert see(room, after=later, stats=gone, reading_until=until).is_over
    assert not see(room, after=later, reading_until=until).is_over


def test_after_a_reading_the_wait_begins_anew() -> None:
    room = replace(ROOM, host_is=HostIs.IN_READING, back_at=NOON + seconds(900))
    gone = RoomStats(viewers=7, host_on_air=False, host_gone_since=NOON - seconds(500))

    back = see(room, stats=gone)
    assert (back.host_is, back.back_at, back.is_over) == (HostIs.AWAY, NOON + GONE, False)
    assert see(room).host_is == HostIs.ON_AIR
