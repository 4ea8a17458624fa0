"""A seeded year is sound, and is never written over anybody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from admin_portal import seeding
from backend.core.errors import Conflict
from tests import builders


def test_the_audit_finds_nothing_in_a_seeded_year(db: None, at: datetime) -> None:
    seeded = seeding.seed(sessions=60, at=at)

    assert seeded.findings == []
    assert seeded.movements > 600


def test_nothing_is_seeded_where_somebody_is_or_in_production(
    db: None, at: datetime, settings: Any
) -> None:
    builders.a_client(at=at)
    with pytest.raises(Conflict):
        seeding.seed(sessions=60, at=at)
    settings.DEBUG = False
    with pytest.raises(CommandError, match="DEBUG"):
        call_command("seed_year")
