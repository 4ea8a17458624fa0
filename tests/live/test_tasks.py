"""The sweeps as Celery runs them: by name, on the database's clock."""

from __future__ import annotations

from datetime import UTC, datetime

from backend.core import clock
from live import tasks
from live.models import ReadingSession
from live.states import Peer
from tests.conftest import NOON
from tests.live.stage import Stage, committed, seconds


def test_the_due_sweep_reads_the_databases_clock(db: None) -> None:
    stage = Stage(datetime.now(UTC) - seconds(60))
    stage.request()
    with clock.frozen(NOON):  # whatever this process believes
        assert tasks.sweep_due() == 1
    committed()
    assert stage.row().state == "missed"


def test_the_presence_sweep_pauses_what_fell_silent(db: None) -> None:
    stage = Stage(datetime.now(UTC) - seconds(30))
    stage.connect()
    stage.wait(25)
    stage.beat(Peer.CLIENT)
    assert tasks.sweep_presence() == 1
    committed()
    assert stage.row().reason == "reader_away"


def test_nothing_due_is_nothing_done(db: None) -> None:
    assert tasks.sweep_due() == tasks.sweep_presence() == 0
    assert not ReadingSession.objects.exists()
