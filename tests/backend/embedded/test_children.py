"""Children: never as root, whatever the machine allows."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
import pytest

from backend.embedded import children, services

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root has something to drop")


@AS_ROOT
@pytest.mark.parametrize("namespaces", [True, False], ids=["user namespaces", "without them"])
def test_the_server_starts_for_root_with_and_without_user_namespaces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, namespaces: bool
) -> None:
    if namespaces and not children._namespaces_allowed():
        pytest.skip("this machine forbids user namespaces")
    monkeypatch.setattr(children, "_namespaces_allowed", lambda: namespaces)
    with services.running(tmp_path, durable=False, environment={}) as addresses:
        with psycopg.connect(addresses.database_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


@AS_ROOT
def test_a_folder_changes_hands_when_the_way_down_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for namespaces in (False, children._namespaces_allowed(), False):
        with monkeypatch.context() as patched:
            patched.setattr(children, "_namespaces_allowed", lambda n=namespaces: n)
            with services.running(tmp_path, durable=False, environment={}) as addresses:
                psycopg.connect(addresses.database_url).close()


def test_a_child_that_fails_says_why() -> None:
    done = children.run(["sh", "-c", "echo sorry >&2; exit 3"])

    assert (done.returncode, done.stderr.strip()) == (3, "sorry")
