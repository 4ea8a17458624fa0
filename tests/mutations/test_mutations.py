"""Mutations of our money (money.md §6): each is made in a copy of the tree and must be caught.

A suite that stays green over one of these would prove nothing about money.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutations import ways_in, ways_out
from tests.mutations.mutation import Mutation

ROOT = Path(__file__).resolve().parents[2]
TREES = (
    *("admin_portal", "backend", "frontend_templates", "live", "marketplace", "payouts"),
    *("readers", "tests"),
)
FILES = ("manage.py", "pyproject.toml")
SECONDS_MAX = 800
MUTATIONS = [*ways_in.MUTATIONS, *ways_out.MUTATIONS]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree without its history, environment and fetched files."""
    home = tmp_path_factory.mktemp("mutants")
    skipped = shutil.ignore_patterns("__pycache__", "node_modules", "vendor")
    for tree in TREES:
        shutil.copytree(ROOT / tree, home / tree, ignore=skipped)
    for file in FILES:
        shutil.copy(ROOT / file, home / file)
    return home


def suite(home: Path, suites: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """Run a suite in the copy, on servers of its own."""
    ours = (
        "DATABASE_URL",
        "REDIS_URL",
        "REDIS_PREFIX",
        "DEEP",
        "DATA_DIR",
        "SOULSEER_TEST_SERVERS",
    )
    environment = {k: v for k, v in os.environ.items() if k not in ours}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *suites],
        cwd=home,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )


def test_every_line_to_break_is_there() -> None:
    gone = [each.name for each in MUTATIONS if (ROOT / each.file).read_text().count(each.good) != 1]
    assert gone == []


@pytest.mark.deep
@pytest.mark.timeout(900)
def test_the_copy_itself_is_green(copy: Path) -> None:
    done = suite(copy, tuple(sorted({each for mutation in MUTATIONS for each in mutation.suites})))
    assert done.returncode == 0, done.stdout[-3_000:]


@pytest.mark.deep
@pytest.mark.timeout(900)
@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_mutation_is_caught(copy: Path, mutation: Mutation) -> None:
    file = copy / mutation.file
    text = file.read_text()
    file.write_text(text.replace(mutation.good, mutation.bad))
    try:
        done = suite(copy, mutation.suites)
    finally:
        file.write_text(text)
    assert done.returncode == 1, done.stdout[-3_000:]
    assert " failed" in done.stdout, done.stdout[-3_000:]
