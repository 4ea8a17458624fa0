"""The meter through its services: what is billed, when, and what never is (money.md §4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.conf import LazySettings

from backend.core import redis
from backend.ledger import movements
from backend.ledger import selectors as ledger
from backend.realtime import beats
from live.models import FreeSecondsClaim, ReadingSession, Segment
from live.services import billing
from live.states import Peer
from tests.live.stage import Stage, committed, seconds


# ── The three bugs of the model check ───────────────────────────────────────────────────────
def test_bug_1_a_tick_settles_to_the_last_proof_not_to_now(stage: Stage) -> None:
    stage.connect()
    stage.run(30)
    stage.run(8, beating=[Peer.CLIENT], sweeping=False)  # the reader is silent, nobody knows yet
    stage.run(60, beating=[Peer.CLIENT])
    row = stage.row()
    assert row.billable_s == 30, "not one second beyond the reader's last beat"
    assert row.state in ("paused", "ended")
    stage.assert_sound()


def test_bug_2_a_beat_after_a_long_gap_bills_nothing_of_the_gap(stage: Stage) -> None:
    stage.connect()
    stage.run(30)
    stage.wait(50)  # both silent, and no sweep ran
    stage.beat(Peer.CLIENT)
    stage.beat(Peer.READER)
    stage.up(Peer.CLIENT)
    row = stage.row()
    assert (row.state, row.billable_s) == ("active", 30)
    assert row.segment_start == stage.now
    stage.run(30)
    stage.hangup()
    assert stage.row().billable_s == 60
    stage.assert_sound()


def test_bug_3_a_resume_does_not_refresh_the_other_peer(stage: Stage) -> None:
    stage.connect()
    stage.run(30)
    stage.run(15, beating=[])  # both gone: paused
    assert stage.row().state == "paused"
    stage.beat(Peer.CLIENT)
    stage.up(Peer.CLIENT)
    row = stage.row()
    assert row.state == "paused", "the reader is still away"
    stage.run(20, beating=[Peer.CLIENT])
    assert stage.row().billable_s == 30
    stage.assert_sound()


# ── R1, R2, R14: what a second costs, and when it is posted ─────────────────────────────────
def test_the_clock_starts_with_the_later_of_the_two_opening_beats(stage: Stage) -> None:
    stage.request()
    stage.accept()
    stage.beat(Peer.CLIENT)
    stage.up(Peer.CLIENT)
    assert stage.row().state == "connecting"
    stage.wait(4)
    stage.beat(Peer.READER)
    stage.up(Peer.READER)
    row = stage.row()
    assert (row.state, row.segment_start, row.started_at) == ("active", stage.now, stage.now)


def test_a_minute_is_shared_70_30_and_captured_once(stage: Stage) -> None:
    stage.connect()
    stage.run(65)
    billing.settle_due(at=stage.now)
    billing.settle_due(at=stage.now)  # the sweep stuttered
    assert stage.captured == 399
    assert stage.earned == 279
    assert stage.held == stage.price(65 + 120) - 399, "the hold is renewed with the capture"
    stage.assert_sound()


def test_a_tick_posts_whole_minutes_and_the_end_the_remainder(stage: Stage) -> None:
    stage.connect()
    stage.run(85)
    assert stage.captured == 399
    stage.hangup()
    lines = ledger.captures_of(stage.session.id)
    assert [line.billable_s for line in lines] == [60, 85]
    assert stage.captured == 399 * 85 // 60
    stage.assert_sound()


@pytest.mark.parametrize("rate", [50, 99, 399, 401, 9_999])
def test_sixty_ticks_drift_by_nothing(db: None, at: datetime, rate: int) -> None:
    stage = Stage(at, cents=50_000 + rate * 60, rate=rate)
    stage.connect()
    stage.run(600)
    stage.hangup()
    row = stage.row()
    assert row.captured_cents == rate * 10
    assert row.reader_total_cents == rate * 10 * 7 // 10
    stage.assert_sound()


def test_each_started_minute_can_be_the_increment(
    db: None, at: datetime, settings: LazySettings
) -> None:
    settings.BILLING_INCREMENT_SECONDS = 60
    stage = Stage(at)
    stage.connect()
    stage.run(65)
    stage.hangup()
    assert stage.row().captured_cents == 2 * 399
    stage.assert_sound()


def test_free_seconds_are_given_once_and_the_reader_is_paid_for_them(
    db: None, at: datetime, settings: LazySettings
) -> None:
    settings.FREE_SECONDS = 60
    stage = Stage(at)
    stage.connect()
    stage.run(90)
    stage.hangup()
    row = stage.row()
    assert (row.billable_s, row.captured_cents) == (90, 399 * 30 // 60)
    assert stage.earned == 199 * 7 // 10 + 399 * 7_000 // 10_000
    assert FreeSecondsClaim.objects.get(client=stage.client).session_id == row.id
    stage.request()
    assert stage.session.free_s == 0, "once a lifetime"


def test_a_ring_that_came_to_nothing_keeps_the_free_seconds(
    db: None, at: datetime, settings: LazySettings
) -> None:
    settings.FREE_SECONDS = 60
    stage = Stage(at)
    stage.request()
    stage.hangup()
    assert not FreeSecondsClaim.objects.exists()
    assert stage.request().free_s == 60


# ── R5, R12, R13: proof ─────────────────────────────────────────────────────────────────────
def test_silences_within_the_tolerance_are_bridged(stage: Stage) -> None:
    stage.connect()
    stage.run(20)
    stage.wait(9)
    stage.beat()
    stage.up()
    assert stage.row().state == "active"
    stage.hangup()
    assert stage.row().billable_s == 29


def test_the_first_gap_is_kept_until_a_settle_has_used_it(stage: Stage) -> None:
    stage.connect()
    stage.run(20)
    stage.wait(15)
    stage.beat()  # a gap; the socket's process dies before it settles
    stage.wait(15)
    stage.beat()  # another one
    stage.wait(3)
    stage.settle()
    assert stage.row().billable_s == 20
    stage.assert_sound()


def test_a_consumed_gap_does_not_cut_twice(stage: Stage) -> None:
    stage.connect()
    stage.run(20)
    stage.wait(15)
    stage.beat()
    stage.up()
    assert beats.read([stage.session.id])[stage.session.id].gap_from is None
    stage.run(20)
    stage.hangup()
    assert stage.row().billable_s == 40


def test_time_proven_while_no_worker_ran_is_billed_up_to_the_quota(stage: Stage) -> None:
    stage.connect()
    stage.run(300, sweeping=False)
    stage.sweep()
    row = stage.row()
    assert (row.state, row.billable_s, row.unbilled_s) == ("active", 120, 180)
    assert stage.captured == 2 * 399
    stage.assert_sound()


def test_the_presence_sweep_pauses_a_session_with_a_silent_peer(stage: Stage) -> None:
    stage.connect()
    stage.run(20)
    stage.wait(6)
    stage.beat(Peer.CLIENT)
    stage.wait(5)
    assert billing.settle_stale(at=stage.now) == 1
    committed()
    row = stage.row()
    assert (row.state, row.pause, row.reason) == ("paused", "media", "reader_away")
    assert row.billable_s == 20
    assert (row.client_drops, row.reader_drops) == (0, 1)
    assert billing.settle_stale(at=stage.now) == 0, "a peer marked down is not stale again"


def test_a_sweep_touches_only_what_is_due(stage: Stage) -> None:
    stage.connect()
    stage.run(20)
    assert billing.settle_due(at=stage.now) == 0
    assert billing.settle_stale(at=stage.now) == 0


def test_segments_are_kept_with_what_was_billed_in_each(stage: Stage) -> None:
    stage.connect()
    stage.run(20)
    stage.down(Peer.CLIENT)
    stage.wait(10)
    stage.beat()
    stage.up()
    stage.run(30)
    stage.hangup()
    kept = list(Segment.objects.filter(session=stage.session))
    assert [(s.n, s.billed_s) for s in kept] == [(1, 20), (2, 30)]
    assert kept[0].ended_at == stage.start + seconds(20)
    assert kept[1].started_at == stage.start + seconds(30)


# ── R6, R9: warnings and the longest reading ────────────────────────────────────────────────
def warnings(caught: list[Any]) -> list[int]:
    return [event.seconds_left for event in caught if type(event).__name__ == "BalanceLow"]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every event that readings publish, as it leaves for Redis."""
    from live.services import notices

    caught: list[Any] = []
    send = notices.publish_all

    def listen(letters: Any) -> None:
        letters = list(letters)
        caught.extend(event for event, _room, _only in letters)
        send(letters)

    monkeypatch.setattr(notices, "publish_all", listen)
    return caught


def test_warnings_come_at_two_and_one_minutes_and_arm_again(
    db: None, at: datetime, told: list[Any]
) -> None:
    stage = Stage(at, cents=100 * 4, rate=100)
    stage.connect()
    stage.run(190)
    assert [105 < s <= 120 or 45 < s <= 60 for s in warnings(told)] == [True, True]
    stage.top_up(500)
    told.clear()
    stage.run(300)
    assert len(warnings(told)) == 2, "armed again by the top-up"


def test_the_longest_reading_ends_by_itself_after_a_warning(
    db: None, at: datetime, settings: LazySettings, told: list[Any]
) -> None:
    settings.MAX_READING_SECONDS, settings.MAX_WARN_SECONDS = 400, 300
    stage = Stage(at)
    stage.connect()
    stage.run(410)
    row = stage.row()
    assert (row.state, row.reason, row.billable_s) == ("ended", "max", 400)
    assert warnings(told)[0] in range(285, 301)
    stage.assert_sound()


# ── The batch ───────────────────────────────────────────────────────────────────────────────
def several(at: datetime, count: int) -> list[Stage]:
    stages = [Stage(at) for _ in range(count)]
    for stage in stages:
        stage.connect()
    return stages


def test_many_sessions_are_settled_in_one_sweep(db: None, at: datetime) -> None:
    stages = several(at, 5)
    for stage in stages:
        stage.run(60, sweeping=False)
        stage.wait(5)
        stage.beat()
    assert billing.settle_due(at=stages[0].now) == 5
    committed()
    for stage in stages:
        assert stage.captured == 399
        stage.assert_sound()


def test_the_work_of_a_batch_does_not_grow_with_its_size(
    db: None, at: datetime, django_assert_max_num_queries: Any
) -> None:
    stages = several(at, 6)
    for stage in stages:
        stage.run(60, sweeping=False)
        stage.wait(5)
        stage.beat()
    with django_assert_max_num_queries(24):
        billing.settle_due(at=stages[0].now)


def test_one_bad_session_is_put_aside_and_the_others_are_settled(db: None, at: datetime) -> None:
    stages = several(at, 4)
    bad = stages[2]
    for stage in stages:
        stage.run(60, sweeping=False)
        stage.wait(5)
        stage.beat()
    wrong = movements.Capture(bad.session.id, bad.client.pk, bad.reader.pk, 60, 1, 0, 0, 0)
    movements.post_readings([wrong], at=bad.now)  # its key now stands for another amount
    billing.settle_due(at=bad.now)
    committed()
    assert [stage.captured for stage in stages] == [399, 399, 1, 399]
    row = bad.row()
    assert (row.state, row.pause) == ("paused", "media")
    assert row.quarantined_at == bad.now
    assert row.next_due_at == bad.now + seconds(600)


def test_a_live_session_that_nothing_touches_is_ended(stage: Stage) -> None:
    stage.connect()
    ReadingSession.objects.update(next_due_at=stage.now + seconds(100_000))
    redis.client().flushdb()
    stage.wait(601)
    stage.sweep()
    row = stage.row()
    assert (row.state, row.reason) == ("ended", "timeout")
    assert (stage.held, stage.spendable) == (0, 10_000)


def test_the_short_numbers_of_the_journeys_give_nothing_away(
    db: None, at: datetime, settings: LazySettings
) -> None:
    settings.METER_STEP_SECONDS, settings.QUOTA_SECONDS = 5, 10
    settings.MIN_START_SECONDS, settings.WARN_SECONDS = 20, [12, 6]
    stage = Stage(at, cents=500)
    stage.connect()
    for second in range(1, 61):
        stage.wait(1)
        if second % 5 == 1:
            stage.beat(Peer.CLIENT)
        if second % 5 == 3:
            stage.beat(Peer.READER)
        if second % 5 == 0:
            stage.sweep()
    row = stage.row()
    assert row.unbilled_s == 0
    assert row.billable_s >= 55
    assert len(ledger.captures_of(row.id)) >= 10
    stage.run(30)
    assert stage.row().pause == "funds"
    stage.assert_sound()
