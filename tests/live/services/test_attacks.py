"""Ways to be billed for nothing, to talk for nothing, or to keep others from being billed."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from backend.accounts.services import accounts
from backend.ledger import movements
from live.models import ReadingSession
from live.services import billing
from live.states import Peer
from tests.live.stage import Stage, committed, seconds


def test_money_that_arrives_during_a_silence_does_not_hide_it(stage: Stage) -> None:
    stage.connect()
    stage.run(30)
    stage.run(12, beating=[Peer.READER], sweeping=False)
    stage.top_up(1_000)
    stage.run(30, beating=[Peer.READER], sweeping=False)
    stage.beat()  # the client is back before any sweep has looked
    stage.run(60)
    assert stage.row().billable_s <= 30 + 60, "the silence of 40 seconds is not billed"
    stage.hangup()
    stage.assert_sound()


def test_a_silence_with_a_top_up_in_it_is_still_seen_by_the_presence_sweep(stage: Stage) -> None:
    stage.connect()
    stage.run(30)
    stage.wait(12)
    stage.beat(Peer.READER)
    stage.top_up(1_000)
    billing.settle_stale(at=stage.now)
    committed()
    row = stage.row()
    assert (row.state, row.reason, row.billable_s) == ("paused", "client_away", 30)


def test_seconds_paid_with_a_promotion_stay_paid_when_it_runs_out(db: None, at: datetime) -> None:
    stage = Stage(at, cents=1_397)  # three and a half minutes
    stage.connect()
    stage.run(195)
    grant_id = uuid4()
    movements.grant_promo(
        client=stage.client,
        grant_id=grant_id,
        cents=500,
        expires_at=stage.now + seconds(40),
        at=stage.now,
    )
    committed()
    stage.run(30)
    stage.settle()  # in the middle of a minute, as a word in a chat does
    counted = stage.row().billable_s
    assert counted > 210
    stage.wait(5)
    movements.expire_promo(grant_id=grant_id, at=stage.now)
    committed()
    stage.beat()
    row = stage.hangup()
    assert (row.state, row.quarantined_at) == ("ended", None)
    assert row.billable_s >= counted
    stage.assert_sound()


def test_a_row_that_contradicts_itself_keeps_nobody_else_from_being_settled(
    db: None, at: datetime
) -> None:
    good, bad = Stage(at), Stage(at)
    for stage in (good, bad):
        stage.connect()
        stage.run(30, sweeping=False)
    ReadingSession.objects.filter(id=bad.session.id).update(segment_opened_at=None)
    for stage in (good, bad):
        stage.wait(40)
    billing.settle_stale(at=good.now)
    committed()
    assert (good.row().state, good.captured) == ("paused", good.price(30))
    assert (bad.row().state, bad.session.quarantined_at) == ("paused", bad.now)


def test_a_reading_that_cannot_be_settled_does_not_keep_its_client_from_being_frozen(
    stage: Stage,
) -> None:
    stage.connect()
    stage.run(30)
    wrong = movements.Capture(stage.session.id, stage.client.pk, stage.reader.pk, 30, 1, 0, 0, 0)
    movements.post_readings([wrong], at=stage.now)  # its key now stands for another amount
    accounts.freeze(user_id=stage.client.pk, at=stage.now)
    committed()
    stage.client.refresh_from_db()
    assert stage.client.is_frozen
    stage.wait(40)
    stage.sweep()
    row = stage.row()
    assert (row.state, row.quarantined_at) == ("paused", stage.now), "its meter stands still"


def test_a_chat_reader_who_leaves_and_returns_is_silent_all_the_same(stage: Stage) -> None:
    stage.connect("chat")
    for _ in range(3):
        stage.run(60)
        stage.down(Peer.READER)
        stage.wait(1)
        stage.beat()
        stage.up(Peer.READER)
    stage.run(60)
    row = stage.row()
    assert (row.state, row.reason) == ("paused", "reader_silent")
    assert row.billable_s <= 90, "nobody is paid for more silence than that"
    stage.assert_sound()


def test_time_away_is_no_silence_of_a_chat_reader(stage: Stage) -> None:
    stage.connect("chat")
    stage.run(60)
    stage.down(Peer.CLIENT)
    stage.wait(40)
    stage.beat()
    stage.up(Peer.CLIENT)
    stage.run(25)
    assert stage.row().state == "active"
    stage.run(10)
    assert (stage.row().state, stage.row().reason) == ("paused", "reader_silent")
