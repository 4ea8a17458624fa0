"""A rich reading, ended."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.admin_portal.evidence.readings import rich
from tests.live.stage import Stage


@pytest.fixture
def stage(db: None, at: datetime) -> Stage:
    return rich(Stage(at))
