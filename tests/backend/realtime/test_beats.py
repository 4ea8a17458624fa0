"""Beats: one clock, gaps that are never lost, an index of the stale."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.conf import settings

from backend.core import redis
from backend.core.ids import uuid7
from backend.realtime import beats, bus
from backend.realtime.beats import Beats

HB = settings.HEARTBEAT_TOLERANCE_SECONDS
UNPROVEN = datetime(1970, 1, 1, microsecond=1_000, tzinfo=UTC)
"""Where a gap begins when nothing is known of what was before the first beat."""


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


@pytest.fixture
def session_id() -> UUID:
    return uuid7()


def test_each_side_has_its_own_stamp(session_id: UUID, at: datetime) -> None:
    beats.beat(session_id, "client", at)
    answer = beats.beat(session_id, "reader", at + seconds(1.234))

    assert beats.read([session_id]) == {session_id: Beats(at, at + seconds(1.234), UNPROVEN)}
    assert answer.beats() == Beats(at, at + seconds(1.234), UNPROVEN)
    assert answer.at == at + seconds(1.234)


def begin(session_id: UUID, at: datetime) -> None:
    """Both sides beat, and the meter's opening has consumed the time before."""
    beats.beat(session_id, "client", at)
    beats.beat(session_id, "reader", at)
    beats.consume_gap([session_id])


def test_a_session_never_seen_reads_as_nothing(session_id: UUID) -> None:
    assert beats.read([session_id]) == {session_id: Beats()}


def test_without_a_given_time_redis_stamps(session_id: UUID) -> None:
    before = redis.client().time()
    answer = beats.beat(session_id, "client")

    assert before[0] * 1000 <= (answer.c_ms or 0) <= redis.client().time()[0] * 1000 + 999
    assert answer.now_ms == answer.c_ms


def test_a_stamp_never_goes_back(session_id: UUID, at: datetime) -> None:
    beats.beat(session_id, "client", at)
    beats.beat(session_id, "client", at - seconds(3))

    assert beats.read([session_id])[session_id].client_at == at


def test_a_silence_within_the_tolerance_is_no_gap(session_id: UUID, at: datetime) -> None:
    begin(session_id, at)

    assert beats.beat(session_id, "client", at + seconds(HB)).gap_from_ms is None


def test_a_gap_keeps_where_the_first_one_began_until_it_is_consumed(
    session_id: UUID, at: datetime
) -> None:
    begin(session_id, at)
    beats.beat(session_id, "client", at + seconds(HB + 0.001))
    beats.beat(session_id, "reader", at + seconds(11))
    beats.beat(session_id, "reader", at + seconds(60))

    assert beats.read([session_id])[session_id].gap_from == at

    beats.consume_gap([session_id])
    assert beats.read([session_id])[session_id] == Beats(
        at + seconds(HB + 0.001), at + seconds(60), None
    )
    again = beats.beat(session_id, "client", at + seconds(61)).beats()
    assert again.gap_from == at + seconds(HB + 0.001)


def test_before_the_first_beat_nothing_is_proven(session_id: UUID, at: datetime) -> None:
    assert beats.beat(session_id, "client", at).beats().gap_from == UNPROVEN
    assert beats.beat(session_id, "client", at + seconds(60)).beats().gap_from == UNPROVEN


def test_both_are_fresh_only_within_the_tolerance(session_id: UUID, at: datetime) -> None:
    beats.beat(session_id, "client", at)
    assert not beats.read([session_id])[session_id].both_fresh(at)
    beats.beat(session_id, "reader", at + seconds(4))
    known = beats.read([session_id])[session_id]

    assert known.both_fresh(at + seconds(HB))
    assert not known.both_fresh(at + seconds(HB + 0.001))
    assert known.fresh("reader", at + seconds(HB + 0.001))


def test_a_side_marked_down_is_not_fresh_until_it_beats_and_its_silence_is_a_gap(
    session_id: UUID, at: datetime
) -> None:
    """The settle that marked it down may have been lost with its worker."""
    begin(session_id, at)
    beats.mark_down(session_id, "client")
    down = beats.read([session_id])[session_id]
    back = beats.beat(session_id, "client", at + seconds(30)).beats()

    assert down.client_at == at
    assert down.client_down
    assert not down.fresh("client", at)
    assert down.fresh("reader", at)
    assert back.fresh("client", at + seconds(30))
    assert back.gap_from == at


def test_stale_sessions_are_listed_oldest_first_and_once(at: datetime) -> None:
    long_gone, gone, here = uuid7(), uuid7(), uuid7()
    for session_id, seen in ((gone, 5), (long_gone, 0), (here, 18)):
        beats.beat(session_id, "client", at + seconds(seen))
        beats.beat(session_id, "reader", at + seconds(seen))

    assert beats.stale(at + seconds(20), limit=10) == [long_gone, gone]
    assert beats.stale(at + seconds(20), limit=1) == [long_gone]
    assert beats.stale(at + seconds(10), limit=10) == []


def test_one_silent_side_makes_a_session_stale_until_it_is_marked_down(
    session_id: UUID, at: datetime
) -> None:
    beats.beat(session_id, "client", at)
    beats.beat(session_id, "reader", at + seconds(15))

    assert beats.stale(at + seconds(16), limit=10) == [session_id]
    beats.mark_down(session_id, "client")
    assert beats.stale(at + seconds(16), limit=10) == []
    assert beats.stale(at + seconds(26), limit=10) == [session_id]


def test_a_session_that_is_over_is_forgotten(session_id: UUID, at: datetime) -> None:
    beats.beat(session_id, "client", at)
    beats.clear([session_id])

    assert beats.read([session_id]) == {session_id: Beats()}
    assert beats.stale(at + seconds(60), limit=10) == []


def test_a_flushed_redis_knows_nothing_and_goes_on(session_id: UUID, at: datetime) -> None:
    beats.beat(session_id, "client", at)
    redis.client().flushdb()
    redis.client().script_flush()

    assert beats.read([session_id]) == {session_id: Beats()}
    beats.mark_down(session_id, "client")
    beats.consume_gap([session_id])
    answer = beats.beat(session_id, "client", at + seconds(60))
    assert answer.beats() == Beats(at + seconds(60), None, UNPROVEN)


async def test_a_socket_beats_over_the_bus(session_id: UUID, at: datetime) -> None:
    try:
        await beats.abeat(session_id, "client", at)
        redis.client().script_flush()
        await beats.abeat(session_id, "reader", at + seconds(2))
        assert beats.read([session_id]) == {session_id: Beats(at, at + seconds(2), UNPROVEN)}
        await beats.amark_down(session_id, "client")
        assert beats.read([session_id])[session_id].client_down
    finally:
        await bus.here().close()


def test_a_sweep_reads_a_hundred_thousand_sessions_in_well_under_a_second(at: datetime) -> None:
    ids = [uuid7() for _ in range(1_000)]
    for session_id in ids:
        beats.beat(session_id, "client", at)
    many = ids * 10
    began = time.perf_counter()
    for start in range(0, len(many), 1_000):
        assert len(beats.read(many[start : start + 1_000])) == 1_000
    elapsed = time.perf_counter() - began

    assert elapsed < 0.7, f"10,000 took {elapsed:.2f} s"  # Ten times slack: machines are shared.
