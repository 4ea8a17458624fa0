"""The locks: pinned with hashes, naming no host, in step with what is declared."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any, Final

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house import tree

# Put together here, so that this file does not name what no file may name.
REGISTRIES: Final = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs"),
        ("registry", "yarnpkg"),
        ("npmmirror", "com"),
        ("pypi", "tuna"),
    )
]
LISTS: Final = {
    "production": ["engine"],
    "demo": ["embedded", "engine", "demo"],
    "develop": ["embedded", "engine", "demo", "test", "check"],
    "node": ["node"],
}


def _pyproject() -> dict[str, Any]:
    return tomllib.loads((tree.ROOT / "pyproject.toml").read_text())


def _pins(name: str) -> dict[str, set[str]]:
    """Package -> versions of one list (several where Python versions differ)."""
    pins: dict[str, set[str]] = {}
    for line in (tree.ROOT / "requirements" / f"{name}.txt").read_text().splitlines():
        found = re.match(r"([A-Za-z0-9._-]+)==([^ ;\\]+)", line)
        if found:
            pins.setdefault(canonicalize_name(found[1]), set()).add(found[2])
    return pins


def test_no_committed_file_names_a_registry() -> None:
    telling = [
        f"{tree.named(path)}: {host}"
        for path in tree.committed()
        for host in REGISTRIES
        if host.encode() in path.read_bytes()
    ]

    assert telling == []


@pytest.mark.parametrize("name", LISTS)
def test_the_pins_agree_with_what_is_declared(name: str) -> None:
    pyproject = _pyproject()
    declared = [] if name == "node" else list(pyproject["project"]["dependencies"])
    for group in LISTS[name]:
        declared += pyproject["dependency-groups"][group]
    pins = _pins(name)
    wrong = [
        line
        for line in declared
        if not any(
            Requirement(line).specifier.contains(version, prereleases=True)
            for version in pins.get(canonicalize_name(Requirement(line).name), set())
        )
    ]

    assert wrong == [], "run: make lock"


@pytest.mark.parametrize("name", ["production", "demo"])
def test_the_smaller_lists_are_parts_of_the_biggest(name: str) -> None:
    whole = _pins("develop")

    assert {p: v for p, v in _pins(name).items() if not v <= whole.get(p, set())} == {}


@pytest.mark.parametrize("name", LISTS)
def test_every_pin_has_a_hash(name: str) -> None:
    text = (tree.ROOT / "requirements" / f"{name}.txt").read_text()
    blocks = re.split(r"\n(?=\S)", text.strip())

    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_npm_s_lock_agrees_with_package_json() -> None:
    declared = json.loads((tree.ROOT / "package.json").read_text())
    locked = json.loads((tree.ROOT / "package-lock.json").read_text())["packages"]

    for kind in ("dependencies", "devDependencies"):
        assert locked[""][kind] == declared[kind]
    wanting = [n for n, entry in locked.items() if n and not entry.get("integrity")]
    assert wanting == []
