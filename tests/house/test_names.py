"""Forbidden names (architecture.md): words that could mean anything."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.house import tree

# Nowhere, not even as a part of a name.
NEVER: Final = {"util", "utils", "helper", "helpers", "manager"}
# Not as a whole name.
NOT_ALONE: Final = {"data", "info", "process", "handle"}
# Said by a framework, which calls us by these names.
DICTATED: Final = {
    "UserManager",  # Django asks for a manager of users; the model attribute is `objects`
    "handle",  # BaseCommand
    "process_exception",
    "get_context_data",
    "data",  # DRF's serializers, and the frames of the socket contract
}


def test_no_name_could_mean_anything() -> None:
    vague = sorted(
        f"{tree.named(path)}:{line} {name}"
        for path in tree.python_files(tests=False)
        for line, name in _names(path)
        if _is_vague(name)
    )

    assert vague == []


def test_a_vague_name_is_recognised() -> None:
    assert [name for name in ("date_utils", "do_it", "info", "SessionManager") if _is_vague(name)]
    assert not [name for name in ("informed", "handles", "process_exception") if _is_vague(name)]


def _is_vague(name: str) -> bool:
    if name in DICTATED:
        return False
    words = set(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().split("_"))
    return bool(words & NEVER) or name.lower() in NOT_ALONE or name.startswith("do_")


def _names(path: Path) -> Iterator[tuple[int, str]]:
    """Names that we chose: of modules, folders, classes, functions, arguments and variables."""
    yield from ((1, part) for part in path.relative_to(tree.ROOT).with_suffix("").parts)
    for node in ast.walk(tree.parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
