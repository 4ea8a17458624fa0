"""What a killed run left behind is ended, and nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from scripts import processes, run

LINUX = pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads /proc")


def _sleeper(**variables: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(["sleep", "60"], env={"PATH": os.environ["PATH"], **variables})


@LINUX
def test_only_the_orphans_of_this_folder_are_ended(tmp_path: Path) -> None:
    orphan = _sleeper(DATA_DIR=str(tmp_path), SOULSEER_MANAGED="1")
    neighbour = _sleeper(DATA_DIR=str(tmp_path / "other"), SOULSEER_MANAGED="1")
    somebody = _sleeper(DATA_DIR=str(tmp_path))
    try:
        processes.end_leftovers(tmp_path)

        assert orphan.wait(timeout=5) == -signal.SIGTERM
        assert neighbour.poll() is None
        assert somebody.poll() is None
    finally:
        for child in (orphan, neighbour, somebody):
            child.kill()
            child.wait()


def test_a_program_that_ends_is_started_again_until_it_is_told_to_stop(tmp_path: Path) -> None:
    count = tmp_path / "count"
    line = run._kept_alive("sleeper", ["sh", "-c", f"echo x >> {count}; exit 1"])
    shell = subprocess.Popen(line, shell=True, start_new_session=True, stdout=subprocess.PIPE)
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline and (not count.exists() or len(count.read_text()) < 4):
        time.sleep(0.05)
    os.killpg(shell.pid, signal.SIGTERM)

    assert shell.wait(timeout=10) == 0
    assert len(count.read_text().split()) >= 2


def test_the_shell_passes_the_word_and_waits_for_its_program(tmp_path: Path) -> None:
    tidied = tmp_path / "tidied"
    program = f"trap 'sleep 0.2; touch {tidied}; exit 0' TERM; while :; do sleep 0.05; done"
    shell = subprocess.Popen(
        run._kept_alive("tidy", ["sh", "-c", program]), shell=True, start_new_session=True
    )
    time.sleep(0.5)
    os.killpg(shell.pid, signal.SIGTERM)

    assert shell.wait(timeout=10) == 0
    assert tidied.exists()
