"""What is kept of a reading beside its meter, as evidence."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from live.models import SessionEvent
from live.services import caps, connections, happenings
from live.states import Peer
from tests.live.stage import Stage, committed


def told(stage: Stage) -> list[tuple[str, str, int]]:
    """Kind, side and second of everything that was kept, oldest first."""
    rows = SessionEvent.objects.filter(session=stage.session).order_by("at", "id")
    return [(row.kind, row.side, round((row.at - stage.start).total_seconds())) for row in rows]


def facts(stage: Stage, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = SessionEvent.objects.get(session=stage.session, kind=kind).facts
    return found


def test_a_plain_minute_keeps_nothing_and_costs_no_statement(stage: Stage) -> None:
    stage.connect()
    with CaptureQueriesContext(connection) as seen:
        stage.run(70)

    assert stage.row().captured_cents == 399
    assert told(stage) == []
    assert not [q for q in seen.captured_queries if "live_sessionevent" in q["sql"]]


def test_a_lost_line_is_kept_with_whose_it_was_and_when_it_came_back(stage: Stage) -> None:
    stage.connect()
    stage.run(20)
    stage.run(20, beating=[Peer.CLIENT])
    stage.beat()
    stage.up(Peer.READER)
    stage.run(10)
    stage.hangup()

    assert told(stage) == [("paused", "reader", 20), ("resumed", "", 40)]
    paused = facts(stage, "paused")
    assert (paused["pause"], paused["reason"]) == ("media", "reader_away")
    assert paused["noticed_at"] > (stage.start + timedelta(seconds=20)).isoformat()


def test_a_gap_that_was_over_when_it_was_noticed_is_kept_all_the_same(stage: Stage) -> None:
    stage.connect()
    stage.run(20)
    stage.wait(30)
    stage.beat(Peer.READER)
    stage.beat(Peer.CLIENT)
    stage.up(Peer.CLIENT)

    kinds = [(kind, second) for kind, _, second in told(stage)]
    assert kinds == [("paused", 20), ("resumed", 50)]


def test_leaving_keeps_the_pages_own_word(stage: Stage) -> None:
    stage.connect()
    stage.run(10)
    this = {"session_id": stage.session.id, "peer": Peer.CLIENT, "at": stage.now}
    connections.peer_down(why="pagehide", **this)
    connections.peer_down(why="pagehide", **this)

    assert told(stage) == [("paused", "client", 10)]
    assert facts(stage, "paused")["why"] == "pagehide"


def test_warnings_a_raised_cap_and_the_pause_for_it_are_kept(stage: Stage) -> None:
    stage.connect(spend_cap_cents=1_197)
    stage.run(190)
    caps.raise_to(session_id=stage.session.id, spend_cap_cents=2_000, at=stage.now)
    committed()

    kinds = [kind for kind, _, _ in told(stage)]
    assert sorted(kinds) == ["cap_raised", "paused", "resumed", "warned", "warned"]
    assert facts(stage, "cap_raised") == {"from_cents": 1_197, "to_cents": 2_000}
    assert facts(stage, "paused")["pause"] == "cap"
    stage.assert_sound()


def test_pages_are_kept_coming_and_going_but_not_without_end(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.connect()
    this = {"session_id": stage.session.id, "peer": Peer.READER}
    seconds = (stage.now + timedelta(seconds=n) for n in count())
    assert happenings.socket_opened(at=next(seconds), **this)
    assert happenings.media_changed(up=True, devices=(True, False), at=next(seconds), **this)
    assert happenings.socket_closed(code=4408, at=next(seconds), **this)
    monkeypatch.setattr(happenings, "EVENTS_MAX", 3)
    assert not happenings.media_changed(up=False, devices=None, at=next(seconds), **this)

    assert [kind for kind, _, _ in told(stage)] == ["socket_opened", "media", "socket_closed"]
    assert facts(stage, "media") == {"up": True, "microphone": True, "camera": False}


def test_the_database_lets_nobody_change_what_happened(stage: Stage) -> None:
    stage.connect()
    happenings.socket_opened(session_id=stage.session.id, peer=Peer.CLIENT, at=stage.now)

    for change in (
        lambda rows: rows.update(side="reader"),
        lambda rows: rows.delete(),
    ):
        with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
            change(SessionEvent.objects.all())
    assert told(stage) == [("socket_opened", "client", 0)]
