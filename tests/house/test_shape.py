"""Tests mirror the tree, so that a newcomer finds them without searching."""

from __future__ import annotations

import tomllib

from tests.house import tree

OF_THEIR_OWN = {
    "abuse",
    "mutations",
    "house",
    "journeys",
    "worst_day",
    "strangers",
    "cases",
    "scripts",
    "bench",
}


def test_every_test_file_stands_where_its_subject_stands() -> None:
    lost = []
    for path in tree.python_files():
        if not tree.is_test(path) or not path.name.startswith("test_"):
            continue
        first, *_ = path.relative_to(tree.ROOT / "tests").parts
        subject = tree.ROOT / path.parent.relative_to(tree.ROOT / "tests")
        if first not in OF_THEIR_OWN and not subject.is_dir():
            lost.append(tree.named(path))

    assert lost == []


def test_every_service_and_port_is_typed_strictly() -> None:
    pyproject = tomllib.loads((tree.ROOT / "pyproject.toml").read_text())
    (strict,) = [o for o in pyproject["tool"]["mypy"]["overrides"] if o.get("warn_return_any")]
    homes = {tree.named(path.parent) for path in tree.python_files(tests=False)}
    files = {tree.named(path) for path in tree.python_files(tests=False)}
    wanted = {f"{home.replace('/', '.')}.*" for home in homes if home.endswith("/services")}
    wanted |= {
        name.removesuffix(".py").replace("/", ".")
        for name in files
        if name.endswith(("/services.py", "/ports.py", "live/states.py", "readers/pricing.py"))
    }

    assert wanted - set(strict["module"]) == set()
