"""Workers that are really killed, by signal 9, in the two worst moments of a settle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from live import joining
from live.services import billing
from live.states import Peer
from tests.live.stage import Stage

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
_WORKER = """
import os, signal, sys
import django
django.setup()
from datetime import datetime
from django.db import transaction
from live.facts import Event
from live.services import rows, turns
from live.states import What

at, moment = datetime.fromisoformat(sys.argv[1]), sys.argv[2]
die = lambda: os.kill(os.getpid(), signal.SIGKILL)
with transaction.atomic():
    if moment == "after the commit":
        transaction.on_commit(die)
    turns.take(rows.lock_due(at, 100), Event(What.DUE), at)
    if moment == "before the commit":
        die()
"""


def work(stage: Stage, moment: str) -> None:
    """Let another process settle what is due, and kill it at that moment."""
    done = subprocess.run(
        [sys.executable, "-c", _WORKER, stage.now.isoformat(), moment],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "backend.config.settings"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()[-2_000:]


@pytest.fixture
def stage(at: datetime) -> Stage:
    """A reading whose first minute is due."""
    stage = Stage(at)
    stage.connect()
    stage.run(60, sweeping=False)
    stage.wait(5)
    stage.beat()
    return stage


def test_case_36_killed_after_the_commit_the_minute_is_paid_once(stage: Stage) -> None:
    work(stage, "after the commit")
    assert stage.captured == 399
    billing.settle_due(at=stage.now)
    assert stage.captured == 399, "the next worker finds it settled"
    room = joining.room_for(stage.client.pk, stage.session.id, peer_present=True, at=stage.now)
    assert getattr(room, "meter")["elapsed_s"] == 65  # noqa: B009  (only a live room has one)
    stage.hangup()
    assert stage.row().billable_s == 65
    stage.assert_sound()


def test_case_36_killed_before_the_commit_the_next_worker_bills_it(stage: Stage) -> None:
    work(stage, "before the commit")
    assert stage.captured == 0
    assert billing.settle_due(at=stage.now) == 1
    assert stage.captured == 399
    stage.hangup()
    stage.assert_sound()


def test_a_silence_survives_the_worker_that_died_settling_it(stage: Stage) -> None:
    stage.wait(12)
    stage.beat(Peer.READER)
    work(stage, "before the commit")  # the client was marked down, the pause was rolled back
    assert stage.row().state == "active"
    stage.wait(20)
    stage.beat()
    stage.settle()
    row = stage.row()
    assert (row.state, row.billable_s) == ("active", 65), "the silence cut the stretch"
    assert row.segment_start == stage.now
    stage.assert_sound()
