"""Fixtures of the tests of readings."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.live.stage import Stage


@pytest.fixture
def stage(db: None, at: datetime) -> Stage:
    """$100.00 in the wallet, a reader online at $3.99 a minute for every kind."""
    return Stage(at)
