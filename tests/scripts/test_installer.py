"""uv is found or refused by its version."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import environment, installer


def _uv(path: Path, answer: str, code: int = 0) -> Path:
    path.write_text(f"#!/bin/sh\necho '{answer}'\nexit {code}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("answer", "code", "fits"),
    [
        ("uv 0.9.0 (x86_64)", 0, True),
        ("uv 0.13.8", 0, True),
        ("uv 1.0.0", 0, True),
        ("uv 0.4.30", 0, False),
        ("nonsense", 0, False),
        ("uv 0.13.8", 1, False),
    ],
)
def test_only_a_uv_that_can_what_we_need_is_used(
    tmp_path: Path, answer: str, code: int, fits: bool
) -> None:
    assert installer._is_new_enough(_uv(tmp_path / "uv", answer, code)) is fits


def test_a_mirror_that_only_pip_knows_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.test/simple")

    assert installer._environment()["UV_DEFAULT_INDEX"] == "https://mirror.test/simple"


def test_what_was_said_to_uv_itself_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://uv.test/simple")
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.test/simple")

    assert installer._environment()["UV_DEFAULT_INDEX"] == "https://uv.test/simple"


def test_the_bigger_list_serves_where_the_smaller_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp = tmp_path / "stamp.json"
    monkeypatch.setattr(environment, "STAMP", stamp)

    assert not environment._is_installed("demo")
    stamp.write_text(f'{{"list": "develop", "sha256": "{environment._digest("develop")}"}}')
    assert environment._is_installed("demo")
    assert environment._is_installed("develop")
    stamp.write_text(f'{{"list": "demo", "sha256": "{environment._digest("demo")}"}}')
    assert not environment._is_installed("develop")
    stamp.write_text('{"list": "develop", "sha256": "of an older lock"}')
    assert not environment._is_installed("develop")
