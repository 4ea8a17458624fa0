"""A rehearsal's clock: one file moves every clock that money is measured by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import LazySettings

from backend.core import clock
from backend.realtime import beats, presence
from live import tasks

A_MOMENT = timedelta(seconds=5)
A_DAY = timedelta(days=1)


@pytest.fixture
def tomorrow(settings: LazySettings, tmp_path: Path) -> datetime:
    """Every clock is moved forward by a day."""
    settings.CLOCK_AHEAD_FILE = str(tmp_path / "ahead")
    (tmp_path / "ahead").write_text(str(A_DAY.total_seconds()))
    return datetime.now(UTC) + A_DAY


@pytest.mark.django_db
def test_the_doors_the_database_and_both_kinds_of_beats_move_together(tomorrow: datetime) -> None:
    session_id, user_id = uuid4(), uuid4()

    clocks = {
        "doors": clock.now(),
        "sweeps": tasks._database_now(),
        "a beat of a reading": beats.beat(session_id, "client").at,
        "a beat of a page": presence.beat(user_id),
    }

    for name, now in clocks.items():
        assert abs(now - tomorrow) < A_MOMENT, name


def test_without_its_file_no_clock_is_moved(settings: LazySettings, tmp_path: Path) -> None:
    for file in ("", str(tmp_path / "nothing here")):
        settings.CLOCK_AHEAD_FILE = file
        assert abs(clock.now() - datetime.now(UTC)) < A_MOMENT


def test_a_gap_in_time_is_no_proof_of_presence(settings: LazySettings, tmp_path: Path) -> None:
    settings.CLOCK_AHEAD_FILE = str(tmp_path / "ahead")
    session_id = uuid4()
    before = beats.beat(session_id, "client")
    beats.consume_gap([session_id])
    (tmp_path / "ahead").write_text("90000")

    after = beats.beat(session_id, "client").beats()

    assert after.gap_from == before.at
