"""A minute of the worst day, in every run of the tests: one fixed seed, few people."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connections

from backend.embedded.postgres import binaries
from scripts.surroundings import ROOT
from tests import servers

pytestmark = [pytest.mark.xdist_group("worst day"), pytest.mark.timeout(280)]
SEED = 7
# What would turn the day's own servers and people into those of this run.
OURS = ("DATABASE_URL", "REDIS_URL", "DATA_DIR", "PORT", "DEMO", "REDIS_PREFIX")


@pytest.fixture
def schema(django_db_setup: None, tmp_path: Path) -> Path:
    """The migrated template of this run as SQL: reading it is faster than migrating again."""
    name = str(connections["default"].settings_dict["NAME"])
    template = servers.with_path(os.environ["DATABASE_URL"], f"{name.rsplit('_', 1)[0]}_template")
    dumped = tmp_path / "schema.sql"
    subprocess.run([binaries() / "pg_dump", "--file", dumped, template], check=True)
    return dumped


@pytest.mark.sandbox
def test_a_short_worst_day_ends_with_nothing_lost(schema: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    command = [sys.executable, "-m", "tests.worst_day", "--small", "--seed", str(SEED)]

    done = subprocess.run(
        [*command, "--schema", str(schema)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, f"{done.stdout[-12_000:]}\n{done.stderr[-4_000:]}"
