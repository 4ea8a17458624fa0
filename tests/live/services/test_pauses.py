"""Lost connections, empty wallets, reached caps, silent readers (R7, R8, R16)."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from structlog.testing import capture_logs

from backend.core import clock
from backend.core.announcements import announce
from backend.core.errors import IllegalMove, InvalidInput, NotFound
from backend.ledger.announcements import CheckoutOpened
from live import errors
from live.models import ChatMessage
from live.services import caps, chats, connections
from live.states import Peer
from tests import builders
from tests.live.stage import Stage, committed, seconds


def poor(at: datetime, cents: int = 1_197) -> Stage:
    """A client with exactly three minutes at 3.99."""
    stage = Stage(at, cents=cents)
    stage.connect()
    return stage


# ── R8: connection lost ─────────────────────────────────────────────────────────────────────
def test_a_page_that_says_goodbye_pauses_at_once(stage: Stage) -> None:
    stage.connect()
    stage.run(30)
    stage.wait(2)
    stage.down(Peer.CLIENT)
    row = stage.row()
    assert (row.state, row.pause, row.reason) == ("paused", "media", "client_away")
    assert row.deadline_at == stage.now + seconds(45)
    assert row.captured_cents == stage.price(30)


def test_the_line_comes_back_and_the_pause_is_free(stage: Stage) -> None:
    stage.connect()
    stage.run(30)
    stage.down(Peer.CLIENT)
    stage.wait(20)
    stage.beat()
    stage.up(Peer.CLIENT)
    row = stage.row()
    assert (row.state, row.paused_s) == ("active", 20)
    stage.run(30)
    stage.hangup()
    assert stage.row().billable_s == 60
    stage.assert_sound()


def test_a_lost_line_ends_after_its_grace(stage: Stage) -> None:
    stage.connect()
    stage.run(30)
    stage.down(Peer.READER)
    stage.wait(46)
    stage.sweep()
    row = stage.row()
    assert (row.state, row.reason) == ("ended", "timeout")
    assert (row.billable_s, stage.held) == (30, 0)
    stage.assert_sound()


def test_pauses_have_a_budget_of_three_minutes(stage: Stage) -> None:
    stage.connect()
    for _ in range(4):
        stage.run(20)
        stage.down(Peer.CLIENT)
        stage.wait(44)
        stage.beat()
        stage.up()
    assert (stage.row().state, stage.session.paused_s) == ("active", 176)
    stage.run(20)
    stage.down(Peer.CLIENT)
    assert stage.row().deadline_at == stage.now + seconds(4)
    stage.wait(5)
    stage.sweep()
    assert (stage.row().state, stage.session.reason) == ("ended", "pause_budget")
    stage.assert_sound()


# ── R7: out of funds ────────────────────────────────────────────────────────────────────────
def test_an_empty_wallet_pauses_and_a_top_up_resumes(db: None, at: datetime) -> None:
    stage = poor(at)
    stage.run(185)
    row = stage.row()
    assert (row.state, row.pause, row.billable_s) == ("paused", "funds", 180)
    assert (stage.captured, stage.spendable, stage.held) == (1_197, 0, 0)
    assert row.deadline_at is not None
    assert row.deadline_at <= stage.now + seconds(60)

    stage.wait(20)
    stage.beat()
    stage.top_up(1_000)
    assert stage.row().state == "active"
    stage.run(30)
    stage.hangup()
    assert stage.row().billable_s == 210
    stage.assert_sound()


def test_what_was_paused_when_the_money_came_stays_free(db: None, at: datetime) -> None:
    stage = poor(at)
    stage.run(185)
    stage.wait(10)
    stage.beat()
    stage.wait(4)
    stage.top_up(1_000)  # four seconds after the last beats
    assert stage.row().segment_start == stage.now
    stage.wait(1)
    stage.beat()
    stage.hangup()
    assert stage.row().billable_s == 181
    stage.assert_sound()


def test_a_top_up_while_a_peer_is_away_waits_for_the_peer(db: None, at: datetime) -> None:
    stage = poor(at)
    stage.run(185)
    stage.wait(20)
    stage.beat(Peer.CLIENT)
    stage.top_up(1_000)
    row = stage.row()
    assert (row.state, row.pause, row.reason) == ("paused", "media", "reader_away")
    assert row.deadline_at == stage.now + seconds(45)


def test_a_top_up_too_small_for_a_second_changes_nothing(db: None, at: datetime) -> None:
    stage = poor(at)
    stage.run(185)
    stage.beat()
    stage.top_up(5)
    assert (stage.row().state, stage.session.pause) == ("paused", "funds")


def test_no_top_up_in_a_minute_ends_it(db: None, at: datetime) -> None:
    stage = poor(at)
    stage.run(185)
    stage.run(65)
    assert (stage.row().state, stage.session.reason) == ("ended", "funds")
    stage.assert_sound()


def test_an_open_checkout_gives_three_minutes(db: None, at: datetime) -> None:
    stage = poor(at)
    stage.run(185)
    with clock.frozen(stage.now):
        announce(CheckoutOpened(client_id=stage.client.pk, until=stage.now + seconds(1_800)))
        committed()
    stage.run(120)
    assert stage.row().state == "paused"
    stage.run(65)
    assert (stage.row().state, stage.session.reason) == ("ended", "funds")


def test_a_checkout_opened_before_the_funds_ran_out_counts_too(db: None, at: datetime) -> None:
    stage = poor(at)
    stage.run(150)
    with clock.frozen(stage.now):
        announce(CheckoutOpened(client_id=stage.client.pk, until=stage.now + seconds(1_800)))
        committed()
    stage.run(35)
    assert stage.row().pause == "funds"
    stage.run(120)
    assert stage.row().state == "paused"


def test_a_lost_top_up_notice_is_found_by_the_sweep(db: None, at: datetime) -> None:
    stage = poor(at)
    stage.run(185)
    builders.top_up(stage.client, 1_000, at=stage.now)
    connection.run_on_commit = []  # the process died before it could tell the reading
    stage.run(15)
    assert stage.row().state == "active"


def test_funds_run_out_at_most_three_times(db: None, at: datetime) -> None:
    stage = poor(at)
    stage.run(185)
    for _ in range(3):
        assert stage.row().pause == "funds"
        stage.beat()
        stage.top_up(500)  # lasts 75 seconds
        assert stage.row().state == "active"
        stage.run(85)
    row = stage.row()
    assert (row.state, row.reason, row.funds_pauses) == ("ended", "funds", 4)
    stage.assert_sound()


# ── The spend cap ───────────────────────────────────────────────────────────────────────────
def test_a_reached_cap_pauses_and_raising_it_resumes(stage: Stage) -> None:
    stage.connect(spend_cap_cents=1_300)
    stage.run(200)
    row = stage.row()
    assert (row.state, row.pause, row.captured_cents) == ("paused", "cap", stage.price(195))
    assert row.captured_cents <= 1_300
    stage.beat()
    caps.raise_to(session_id=row.id, spend_cap_cents=2_000, at=stage.now)
    committed()
    assert stage.row().state == "active"
    stage.run(30)
    stage.hangup()
    stage.assert_sound()


def test_a_cap_cannot_be_lowered_nor_one_be_invented(stage: Stage) -> None:
    stage.connect(spend_cap_cents=2_000)
    with pytest.raises(errors.CapTooLow):
        caps.raise_to(session_id=stage.session.id, spend_cap_cents=1_999, at=stage.now)
    assert stage.row().cap_cents == 2_000
    stage.hangup()
    with pytest.raises(IllegalMove):
        caps.raise_to(session_id=stage.session.id, spend_cap_cents=3_000, at=stage.now)


def test_a_raised_cap_over_an_empty_wallet_says_so(db: None, at: datetime) -> None:
    stage = Stage(at, cents=1_300)
    stage.connect(spend_cap_cents=1_300)
    stage.run(200)
    assert stage.row().pause == "cap"
    stage.beat()
    caps.raise_to(session_id=stage.session.id, spend_cap_cents=5_000, at=stage.now)
    committed()
    row = stage.row()
    assert (row.state, row.pause) == ("paused", "funds")
    assert row.deadline_at == stage.now + seconds(60)


# ── R16: a chat reader's silence ────────────────────────────────────────────────────────────
def test_a_silent_chat_reader_is_away_from_the_ninetieth_second(stage: Stage) -> None:
    stage.connect("chat")
    stage.run(100)
    row = stage.row()
    assert (row.state, row.reason, row.billable_s) == ("paused", "reader_silent", 90)
    stage.run(200)
    assert stage.row().state == "paused", "five minutes, outside the budget"
    chats.send(session_id=row.id, sender=Peer.READER, key="k1", text="The Star.", at=stage.now)
    committed()
    row = stage.row()
    assert (row.state, row.paused_s) == ("active", 0)
    stage.run(30)
    stage.hangup()
    assert stage.row().billable_s == 120
    stage.assert_sound()


def test_a_chat_reader_who_never_answers_again_ends_it(stage: Stage) -> None:
    stage.connect("chat")
    stage.run(400)
    assert (stage.row().state, stage.session.reason) == ("ended", "timeout")
    assert stage.session.billable_s == 90


def test_words_and_typing_keep_a_chat_reader_present(stage: Stage) -> None:
    stage.connect("chat")
    for number in range(3):
        stage.run(80)
        if number % 2:
            connections.reader_spoke(session_id=stage.session.id, at=stage.now)
        else:
            chats.send(
                session_id=stage.session.id,
                sender=Peer.READER,
                key=f"k{number}",
                text="hm",
                at=stage.now,
            )
        committed()
    assert (stage.row().state, stage.session.billable_s) == ("active", 240)


def test_a_client_may_be_silent_and_voice_readers_too(stage: Stage) -> None:
    stage.connect("voice")
    stage.run(200)
    assert stage.row().state == "active"


# ── Chat messages ───────────────────────────────────────────────────────────────────────────
def test_a_message_is_kept_once_per_key(stage: Stage) -> None:
    stage.connect("chat")
    for _ in range(2):
        first = chats.send(
            session_id=stage.session.id, sender=Peer.CLIENT, key="a", text="Hello", at=stage.now
        )
    other = chats.send(
        session_id=stage.session.id, sender=Peer.READER, key="a", text="Hello", at=stage.now
    )
    assert ChatMessage.objects.count() == 2
    assert first.id != other.id


@pytest.mark.parametrize("text", ["", "   ", "x" * 4_001, "a\x00b"])
def test_an_unfit_message_is_refused(stage: Stage, text: str) -> None:
    stage.connect("chat")
    with pytest.raises(InvalidInput):
        chats.send(
            session_id=stage.session.id, sender=Peer.CLIENT, key="a", text=text, at=stage.now
        )
    assert not ChatMessage.objects.exists()


def test_nothing_is_said_for_free_while_money_is_waited_for(db: None, at: datetime) -> None:
    stage = poor(at)
    stage.run(185)
    with pytest.raises(errors.RoomClosed):
        chats.send(session_id=stage.session.id, sender=Peer.READER, key="a", text="…", at=stage.now)


def test_nothing_is_said_after_the_end(stage: Stage) -> None:
    stage.connect("chat")
    stage.hangup()
    with pytest.raises(errors.RoomClosed):
        chats.send(
            session_id=stage.session.id, sender=Peer.CLIENT, key="a", text="bye", at=stage.now
        )


def test_messages_are_marked_delivered_and_read_up_to_one(stage: Stage) -> None:
    stage.connect("chat")
    session_id = stage.session.id
    sent = [
        chats.send(session_id=session_id, sender=Peer.CLIENT, key=k, text=k, at=stage.now)
        for k in "abc"
    ]
    assert chats.mark_delivered(session_id=session_id, to=Peer.READER, at=stage.now) == 3
    assert chats.mark_delivered(session_id=session_id, to=Peer.READER, at=stage.now) == 0
    by_reader = {"session_id": session_id, "by": Peer.READER, "at": stage.now}
    assert chats.mark_read(up_to=sent[1].id, **by_reader) == 2
    assert [m.read_at is None for m in ChatMessage.objects.all()] == [False, False, True]
    with pytest.raises(NotFound):  # one's own message is not read by oneself
        chats.mark_read(session_id=session_id, by=Peer.CLIENT, up_to=sent[0].id, at=stage.now)


def test_a_client_who_drops_often_is_flagged(stage: Stage) -> None:
    stage.connect()
    with capture_logs() as logs:
        for _ in range(5):
            stage.run(10)
            stage.down(Peer.CLIENT)
            stage.wait(5)
            stage.beat()
            stage.up()
    assert stage.row().client_drops == 5
    assert [entry["event"] for entry in logs].count("client_drops_often") == 1


def test_a_reading_that_was_held_counts_for_the_reader(stage: Stage) -> None:
    stage.connect()
    stage.run(30)
    stage.hangup()
    stage.profile.refresh_from_db()
    assert stage.profile.readings_count == 1
