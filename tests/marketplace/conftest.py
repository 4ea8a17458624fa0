"""A client, a reader, and a reading between them that has been paid."""

from __future__ import annotations

from datetime import datetime

import pytest

from live.models import ReadingSession
from live.states import State
from tests.live.stage import Stage


@pytest.fixture
def stage(db: None, at: datetime) -> Stage:
    return Stage(at)


@pytest.fixture
def paid(stage: Stage) -> ReadingSession:
    """A reading of 65 seconds, ended by the client."""
    stage.connect("voice")
    stage.run(65)
    session = stage.hangup()
    assert session.state == State.ENDED
    assert session.billable_s > 0
    return session
