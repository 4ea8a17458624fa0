"""What pip was told is read without pip, in pip's own order."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import pip_settings


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person without settings of pip, on a machine without them."""
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_CONFIG_FILE", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "machine"))
    monkeypatch.setattr("sys.prefix", str(tmp_path / "python"))
    return tmp_path


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_the_persons_file_wins_over_the_machines(home: Path) -> None:
    _write(home / "machine/pip/pip.conf", "[global]\nindex-url = https://machine.test/simple\n")
    assert pip_settings.setting("index-url") == "https://machine.test/simple"

    _write(home / ".config/pip/pip.conf", "[global]\nindex_url = https://person.test/simple\n")
    assert pip_settings.setting("index-url") == "https://person.test/simple"


def test_the_commands_own_section_wins_and_lines_are_joined(home: Path) -> None:
    _write(
        home / ".pip/pip.conf",
        "[global]\nextra-index-url = https://global.test\n"
        "[install]\nextra-index-url =\n    https://a.test/%2Fsimple\n    https://b.test\n",
    )

    assert pip_settings.setting("extra-index-url") == "https://a.test/%2Fsimple https://b.test"


def test_the_environment_wins_and_may_forbid_every_file(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(home / ".pip/pip.conf", "[global]\nindex-url = https://person.test\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    assert pip_settings.setting("index-url") == ""

    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.test/simple")
    assert pip_settings.setting("index-url") == "https://mirror.test/simple"


def test_a_broken_file_is_passed_over(home: Path) -> None:
    _write(home / ".config/pip/pip.conf", "index-url without a section\n")
    _write(home / ".pip/pip.conf", "[global]\nindex-url = https://person.test\n")

    assert pip_settings.setting("index-url") == "https://person.test"
