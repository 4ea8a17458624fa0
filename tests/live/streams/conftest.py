"""Fixtures of the tests of live rooms."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.live.streams.stage import Studio


@pytest.fixture
def studio(db: None, at: datetime) -> Studio:
    """A published reader with a public stream that has not begun, and an engine that runs."""
    return Studio(at)


@pytest.fixture
def live(studio: Studio) -> Studio:
    """The same, on air."""
    studio.start()
    return studio
