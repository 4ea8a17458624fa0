"""Bad cases 31 to 48 of money.md §5, each with its required outcome."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.db import connection
from redis.exceptions import RedisError
from structlog.testing import capture_logs

from backend.accounts.services import accounts
from backend.core import redis
from backend.core.errors import InvalidInput, NotFound
from backend.ledger import movements
from backend.ledger import selectors as ledger
from backend.realtime import beats, tickets
from live import errors, joining
from live.models import QualitySample
from live.quality import Stats
from live.services import billing, endings, evidence, requests
from live.services.evidence import Sample
from live.states import Peer
from readers.errors import ReaderBusy
from readers.services import profiles
from tests import builders
from tests.live.stage import Stage, committed, seconds


def test_case_31_promo_that_expires_mid_session_keeps_its_reserved_part(
    db: None, at: datetime
) -> None:
    stage = Stage(at, cents=2_000)
    grant_id = uuid4()
    movements.grant_promo(
        client=stage.client,
        grant_id=grant_id,
        cents=1_000,
        expires_at=at + seconds(30),
        at=at,
    )
    stage.connect()
    assert stage.session.held_promo_cents == 798
    stage.run(30)
    movements.expire_promo(grant_id=grant_id, at=stage.now)
    assert ledger.balance_of(stage.client.pk).promo_cents == 0, "the unreserved part is gone"
    stage.run(30)
    stage.hangup()
    row = stage.row()
    assert row.captured_promo_cents == stage.price(60), "the reserved part paid"
    assert ledger.balance_of(stage.client.pk).promo_cents == 0, "its rest expired at once"
    assert ledger.balance_of(stage.client.pk).cash_cents == 2_000
    stage.assert_sound()


def test_case_32_two_tabs_start_one_session(stage: Stage) -> None:
    stage.request()
    other = builders.a_reader(at=stage.now)
    with pytest.raises(errors.AlreadyInAReading) as refusal:
        requests.request(client=stage.client, reader_id=other.pk, kind="chat", at=stage.now)
    assert refusal.value.status == 409
    assert stage.held == 798


def test_case_33_two_clients_one_reader_one_wins(stage: Stage) -> None:
    stage.request()
    late = builders.a_client(cents=5_000, at=stage.now)
    with pytest.raises(ReaderBusy):
        requests.request(client=late, reader_id=stage.reader.pk, kind="voice", at=stage.now)
    assert ledger.balance_of(late.pk).spendable_cents == 5_000


def test_case_34_self_booking_is_refused(stage: Stage) -> None:
    with pytest.raises(errors.OwnReading):
        requests.request(client=stage.reader, reader_id=stage.reader.pk, kind="voice", at=stage.now)
    with connection.cursor() as cursor:  # and the database would refuse it too
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conname = 'nobody_reads_for_oneself'"
        )
        assert cursor.fetchone()


def test_case_36_a_worker_killed_between_commit_and_notice_loses_nothing(stage: Stage) -> None:
    stage.connect()
    version = stage.row().version
    stage.run(10)
    stage.wait(16)
    billing.settle(session_id=stage.session.id, at=stage.now)  # both silent: it pauses
    connection.run_on_commit = []  # killed before a single event left
    room = joining.room_for(stage.client.pk, stage.session.id, peer_present=False, at=stage.now)
    shown = getattr(room, "session")  # noqa: B009  (only a live room has one)
    assert (shown["state"], shown["pause"]) == ("paused", "media")
    assert shown["version"] > version
    assert getattr(room, "meter")["elapsed_s"] == 10  # noqa: B009
    stage.assert_sound()


def test_case_37_all_workers_dead_for_five_minutes(stage: Stage) -> None:
    stage.connect()
    stage.run(120)
    billed = stage.row().billable_s
    stage.run(300, sweeping=False)
    with capture_logs() as logs:
        stage.sweep()
    row = stage.row()
    assert row.billable_s == billed + 120, "at most the quota since the last settle"
    assert row.unbilled_s == 420 - billed - 120
    given = [entry["seconds"] for entry in logs if entry["event"] == "seconds_given_away"]
    assert given == [row.unbilled_s], "and an alert says so"
    stage.assert_sound()


def test_case_37_what_no_beat_proves_is_never_billed(stage: Stage) -> None:
    stage.connect()
    stage.run(20)
    stage.run(300, beating=[], sweeping=False)
    stage.sweep()
    assert stage.row().billable_s == 20


def test_case_38_a_flushed_redis_loses_at_most_one_unposted_minute(stage: Stage) -> None:
    stage.connect()
    stage.run(70)
    assert stage.captured == 399
    stage.run(30, sweeping=False)
    redis.client().flushdb()
    stage.wait(3)
    stage.beat()
    stage.up()
    row = stage.row()
    assert row.state == "active", "the session goes on"
    assert 60 <= row.billable_s <= 100
    stage.run(60)
    stage.hangup()
    row = stage.row()
    assert 60 + 60 <= row.billable_s <= 160, "at most a minute lost, never one invented"
    stage.assert_sound()


def test_case_38_a_flushed_redis_and_a_gone_peer_end_correctly(stage: Stage) -> None:
    stage.connect()
    stage.run(30)
    redis.client().flushdb()
    stage.run(130, beating=[Peer.CLIENT])
    row = stage.row()
    assert (row.state, row.reason) == ("ended", "timeout")
    assert row.billable_s <= 30
    stage.assert_sound()


def test_case_38_without_redis_an_end_still_settles_and_a_sweep_changes_nothing(
    stage: Stage, settings: LazySettings
) -> None:
    stage.connect()
    stage.run(70)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"  # nobody listens there
    redis.client.cache_clear()
    try:
        stage.wait(3)
        with pytest.raises(RedisError):
            stage.settle()
        assert (stage.row().state, stage.session.billable_s) == ("active", 65)
        endings.hangup(session_id=stage.session.id, peer=Peer.CLIENT, at=stage.now)
    finally:
        del settings.REDIS_URL
        redis.client.cache_clear()
    row = stage.row()
    assert (row.state, row.billable_s) == ("ended", 65), "no proof beyond the last settle"
    stage.assert_sound()


def test_case_39_terms_changed_mid_session_do_not_touch_it(
    stage: Stage, settings: LazySettings
) -> None:
    stage.connect()
    profiles.set_rates(reader_id=stage.reader.pk, rates={"voice": 9_000}, at=stage.now)
    settings.SPLIT_BPS, settings.FREE_SECONDS = 1_000, 600
    stage.run(60)
    stage.hangup()
    assert stage.row().captured_cents == 399
    assert stage.earned == 279
    stage.assert_sound()


def test_case_40_nobody_beats_for_the_other_side(stage: Stage) -> None:
    """A socket beats as the role that the gate read from the row; a page has no say in it."""
    stage.connect()
    stranger = builders.a_client(at=stage.now)
    room = f"sessions/{stage.session.id}"
    assert tickets.role_in(stage.client, room) == "client"
    assert tickets.role_in(stage.reader, room) == "reader"
    with pytest.raises(NotFound):
        tickets.role_in(stranger, room)
    stage.run(60, beating=[Peer.CLIENT])
    assert stage.row().billable_s == 0


def test_case_40_a_stamp_from_the_future_bills_nothing_by_itself(stage: Stage) -> None:
    stage.connect()
    stage.run(20)
    beats.beat(stage.session.id, "client", at=stage.now + timedelta(hours=1))
    stage.run(10, beating=[Peer.READER])
    assert stage.row().billable_s <= 30


def test_case_41_a_peer_that_vanished_is_noticed_within_16_seconds(stage: Stage) -> None:
    stage.connect()
    stage.run(20)
    for gone in range(1, 17):
        stage.wait(1)
        if gone % 5 == 0:
            stage.beat(Peer.CLIENT)
            stage.sweep()
    row = stage.row()
    assert (row.state, row.billable_s) == ("paused", 20)
    stage.assert_sound()


def test_case_42_muted_media_is_billed_and_the_evidence_kept(stage: Stage) -> None:
    stage.connect("video")
    for _ in range(4):
        stage.run(15)
        silent = Stats(rtt_ms=30, audio_level=0.0, frames=0)
        evidence.keep([Sample(stage.session.id, Peer.READER, silent, (False, False), stage.now)])
    stage.hangup()
    assert stage.row().billable_s == 60
    kept = QualitySample.objects.filter(session=stage.session, peer="reader")
    assert kept.count() == 4
    assert not kept.filter(microphone=True).exists()


def test_case_42_evidence_has_a_limit(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "SAMPLES_MAX", 2)
    stage.connect("video")
    mine = Sample(stage.session.id, Peer.CLIENT, Stats(), None, stage.now)
    theirs = mine._replace(peer=Peer.READER)
    kept = [evidence.keep([mine]), evidence.keep([mine, theirs, mine]), evidence.keep([mine])]
    assert kept == [1, 2, 0]


def test_case_43_a_flapping_network_uses_up_the_pause_budget(stage: Stage) -> None:
    stage.connect()
    for _ in range(30):
        if stage.row().state == "ended":
            break
        stage.run(10)
        stage.run(20, beating=[Peer.READER])
        stage.wait(2)
        stage.beat()
        stage.up(Peer.CLIENT)
    row = stage.row()
    assert (row.state, row.reason) == ("ended", "pause_budget")
    stage.assert_sound()


@pytest.mark.parametrize(
    ("cents", "rate", "billed"),
    [
        (1_197, 399, 180),  # exactly three minutes
        (1_197 + 5, 399, 180),  # five cents do not pay another second
        (1_197 + 6, 399, 181),
        (500, 100, 300),
        (550, 99, 333),  # 99 does not divide by 60
        (503, 101, 299),
    ],
)
def test_case_44_exact_to_the_cent_and_never_below_zero(
    db: None, at: datetime, cents: int, rate: int, billed: int
) -> None:
    stage = Stage(at, cents=cents, rate=rate)
    stage.connect()
    stage.run(billed + 80)
    row = stage.row()
    assert (row.state, row.billable_s) == ("ended", billed)
    assert row.captured_cents == stage.price(billed) <= cents
    assert stage.spendable == cents - row.captured_cents
    stage.assert_sound()


def test_case_45_a_top_up_in_the_second_of_exhaustion(db: None, at: datetime) -> None:
    stage = Stage(at, cents=1_197)
    stage.connect()
    stage.run(180)
    stage.top_up(500)
    stage.settle()
    assert stage.row().state == "active"
    stage.run(20)
    stage.hangup()
    row = stage.row()
    assert row.captured_cents == stage.price(row.billable_s)
    assert stage.spendable == 1_697 - row.captured_cents, "the rest is intact"
    stage.assert_sound()


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(hours=-1), timedelta(days=-1)])
def test_case_46_a_jumping_clock_bills_no_jump(stage: Stage, jump: timedelta) -> None:
    stage.connect()
    stage.run(30)
    stage.now += jump
    stage.settle()
    stage.sweep()
    stage.beat()
    stage.up()
    stage.now -= jump
    stage.wait(5)
    stage.beat()
    stage.up()
    stage.settle()
    row = stage.row()
    assert row.billable_s <= 35
    stage.assert_sound()


def test_case_46_daylight_saving_is_no_hour_of_talk(db: None) -> None:
    before_the_change = datetime(2026, 3, 29, 0, 59, 30, tzinfo=UTC)  # Berlin jumps at 01:00
    stage = Stage(before_the_change)
    stage.connect()
    stage.run(60)
    stage.hangup()
    assert stage.row().billable_s == 60


def test_case_47_a_frozen_client_is_cut_off_and_pays_what_was_used(stage: Stage) -> None:
    stage.connect()
    stage.run(70)
    accounts.freeze(user_id=stage.client.pk, at=stage.now)
    committed()
    row = stage.row()
    assert (row.state, row.reason) == ("ended", "frozen")
    assert row.captured_cents == stage.price(70)
    assert stage.spendable == 10_000 - row.captured_cents
    stage.assert_sound()


def test_case_47_a_lost_announcement_is_found_by_the_sweep(stage: Stage) -> None:
    stage.connect()
    stage.run(30)
    stage.client.frozen_at = stage.now
    stage.client.save()
    stage.run(40)
    assert (stage.row().state, stage.session.reason) == ("ended", "frozen")


def test_case_48_a_suspended_reader_keeps_what_was_earned_for_the_hold_period(
    stage: Stage,
) -> None:
    stage.connect()
    stage.run(70)
    accounts.freeze(user_id=stage.reader.pk, at=stage.now)
    committed()
    row = stage.row()
    assert (row.state, row.reason) == ("ended", "frozen")
    assert stage.earned == row.reader_total_cents > 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT earned_cents, state, matures_at FROM ledger_lot WHERE about = %s",
            [f"session:{row.id}"],
        )
        earned, state, matures_at = cursor.fetchone()
    assert (earned, state) == (row.reader_total_cents, "pending")
    assert matures_at == stage.now + timedelta(hours=24)
    stage.assert_sound()


def test_bad_input_to_the_room_is_a_clear_refusal(stage: Stage) -> None:
    with pytest.raises(InvalidInput):
        tickets.role_in(stage.client, "nowhere/1")
    with pytest.raises(NotFound):
        tickets.role_in(stage.client, "sessions/not-an-id")
