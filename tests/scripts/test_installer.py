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


def _program(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose Python has neither pip nor ensurepip; its programs are in the folder."""
    programs = tmp_path / "programs"
    programs.mkdir()
    hidden = "raise ImportError('not on this machine')"
    for module in ("pip", "ensurepip"):
        (programs / f"{module}.py").write_text(hidden)
    monkeypatch.setenv("PYTHONPATH", str(programs))
    monkeypatch.setenv("PATH", f"{programs}:/nowhere")
    monkeypatch.setattr(installer, "PRIVATE", tmp_path / "private")
    return programs


INSTALLS_UV = """
import pathlib, sys
uv = pathlib.Path(sys.argv[sys.argv.index("--target") + 1], "bin", "uv")
uv.parent.mkdir()
uv.write_text("#!/bin/sh\\necho uv 0.13.8")
uv.chmod(0o755)
"""


def test_bare_debian_lends_the_wheel_of_pip_without_installing_anything(bare: Path) -> None:
    inside = "usr/share/python-wheels/pip-23.0.1-py3-none-any.whl/pip"
    (bare / "package").write_text(INSTALLS_UV)
    asked = f'[ "$*" = "download python3-pip-whl" ] && /bin/cp {bare}/package pip.deb'
    _program(bare, "apt-get", f'[ "$1" = update ] || {{ {asked}; }}')
    _program(bare, "dpkg-deb", f'/bin/mkdir -p {inside} && /bin/cp "$2" {inside}/__main__.py')

    assert installer.uv().path == installer.PRIVATE / "bin" / "uv"


@pytest.mark.parametrize("has_apt", [True, False])
def test_a_machine_that_cannot_be_helped_is_told_what_to_install(
    bare: Path, has_apt: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    if has_apt:
        _program(bare, "apt-get", "echo E: Unable to locate package >&2; exit 100")
        _program(bare, "dpkg-deb", "exit 1")

    with pytest.raises(installer.NoInstaller, match="apt-get install python3-pip"):
        installer.uv()

    assert ("Unable to locate package" in capfd.readouterr().err) is has_apt
