"""What pip was told on this machine, read without pip: bare Debian's Python has none."""

from __future__ import annotations

import configparser
import os
import sys
from collections.abc import Iterator
from pathlib import Path

SECTIONS = ("install", "global")  # the command's own section wins


def setting(name: str) -> str:
    """One setting of pip, such as ``index-url``; empty when nobody set it.

    pip's own order: the environment, then the file of this Python, the person's, the machine's.
    """
    given = os.environ.get(f"PIP_{name.upper().replace('-', '_')}")
    if given:
        return given
    found = list(_read(name))
    return found[0] if found else ""


def _read(name: str) -> Iterator[str]:
    for path in _files():
        kept = configparser.RawConfigParser()
        try:
            kept.read(path, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            continue  # pip itself will complain of it, in better words
        for section in SECTIONS:
            for spelling in (name, name.replace("-", "_")):
                value = " ".join(kept.get(section, spelling, fallback="").split())
                if value:
                    yield value


def _files() -> list[Path]:
    """The settings files that pip reads, strongest first; most do not exist."""
    named = os.environ.get("PIP_CONFIG_FILE", "")
    if named == os.devnull:
        return []
    home = Path.home()
    person = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    mac = Path("Library/Application Support/pip/pip.conf")
    machine = os.environ.get("XDG_CONFIG_DIRS") or "/etc/xdg"
    return [
        *([Path(named)] if named else []),
        Path(sys.prefix) / "pip.conf",
        home / mac,
        person / "pip" / "pip.conf",
        home / ".pip" / "pip.conf",
        Path("/etc/pip.conf"),
        *(Path(folder) / "pip" / "pip.conf" for folder in machine.split(":")),
        Path("/") / mac,
    ]
