"""The timeline of one rich reading: complete, in order, without anybody's words."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from admin_portal.evidence import gathering
from admin_portal.evidence.entries import MEASUREMENT, Entry, Timeline
from backend.core.errors import NotFound
from backend.core.ids import uuid7
from live.models import ChatMessage
from live.services import happenings
from live.states import Peer
from tests.admin_portal.evidence.readings import SECRET, measure
from tests.live.stage import Stage

QUERIES_MAX = 10


def told(timeline: Timeline) -> list[tuple[int, str, str]]:
    """Second, lane and words of everything but the raw measurements."""
    return [
        (_second(timeline, entry), entry.lane.value, entry.words)
        for entry in timeline.entries
        if entry.kind != MEASUREMENT
    ]


def _second(timeline: Timeline, entry: Entry) -> int:
    return round((entry.at - timeline.begins_at).total_seconds())


def test_everything_that_happened_is_told_in_order(stage: Stage) -> None:
    timeline = gathering.timeline_of(stage.session.id)

    assert [entry.at for entry in timeline.entries] == sorted(e.at for e in timeline.entries)
    assert timeline.begins_at == stage.start
    assert timeline.ends_at == stage.row().ended_at
    lines = told(timeline)
    for line in [
        (-600, "funds", "Funds added by the client"),
        (0, "request", "Request sent"),
        (15, "request", "Accepted by the reader"),
        (20, "clock", "Both connected, clock starts"),
        (20, "minutes", "Minute 1 charged"),
        (140, "reader_sound", "The reader's sound was nearly lost"),
        (170, "chat", "Chat, client"),
        (170, "silence", "Both were quiet for 1 min"),
        (275, "clock", "Clock stopped: the reader's connection was lost"),
        (275, "reader_line", "No page of the reader was in the room"),
        (295, "clock", "The clock went on"),
        (295, "funds", "The spend cap was raised"),
        (325, "clock", "Ended by the client"),
        (325, "reports", "Reported by the client, in a live room"),
    ]:
        assert line in lines
    assert (245, "reader_picture", "The reader's picture stood still") in lines
    (asked,) = [entry for entry in timeline.entries if entry.kind == "requested"]
    assert asked.detail == "Video at $3.99 a minute, at most $30.00."  # raised later
    stage.assert_sound()


def test_each_charged_second_lies_where_it_ran_and_adds_up(stage: Stage) -> None:
    timeline = gathering.timeline_of(stage.session.id)
    minutes = [entry for entry in timeline.entries if entry.kind == "charged"]

    assert sum(int(entry.facts["cents"] or 0) for entry in minutes) == stage.captured
    assert sum(entry.seconds for entry in minutes) >= stage.row().billable_s
    last = minutes[-1]
    assert (last.until, last.words) == (stage.row().ended_at, "30 s charged")


def test_nobodys_words_are_in_it(stage: Stage) -> None:
    timeline = gathering.timeline_of(stage.session.id)

    everything = repr(timeline)
    assert SECRET not in everything
    assert stage.client.display_name not in everything
    assert ChatMessage.objects.count() == 2
    seals = [entry.facts["seal"] for entry in timeline.entries if entry.kind == "message"]
    assert len({*seals}) == 2


def test_more_rows_ask_no_more_questions(stage: Stage) -> None:
    with CaptureQueriesContext(connection) as before:
        gathering.timeline_of(stage.session.id)
    for _ in range(5):
        stage.wait(15)
        measure(stage, Peer.CLIENT)
        key = str(stage.now)
        ChatMessage.objects.create(
            session=stage.session, sender="client", key=key, text="more", at=stage.now
        )
    with CaptureQueriesContext(connection) as after:
        gathering.timeline_of(stage.session.id)

    assert len(after) == len(before) <= QUERIES_MAX


def test_what_one_timeline_takes_is_bounded(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "CHAT_MAX", 1)
    monkeypatch.setattr(gathering, "_HAPPENINGS_MAX", 3)
    timeline = gathering.timeline_of(stage.session.id)

    chat = [entry.words for entry in timeline.entries if entry.lane == "chat"]
    assert chat == ["Chat, client", "1 more messages"]
    assert timeline.left_out > 0


def test_a_reading_that_is_not_there_has_no_timeline(db: None) -> None:
    with pytest.raises(NotFound):
        gathering.timeline_of(uuid7())


@pytest.mark.django_db
def test_who_leaves_when_a_short_reading_is_over_was_not_away(at: datetime) -> None:
    short = Stage(at)
    short.connect("chat")
    for peer in Peer:
        happenings.socket_opened(session_id=short.session.id, peer=peer, at=short.now)
    short.run(10)
    short.hangup()
    for peer in Peer:
        later = short.now + timedelta(seconds=2)
        happenings.socket_closed(session_id=short.session.id, peer=peer, code=1000, at=later)

    entries = gathering.timeline_of(short.session.id).entries

    assert [entry.words for entry in entries if entry.kind == "away"] == []
