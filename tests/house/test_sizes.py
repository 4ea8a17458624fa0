"""Sizes (architecture.md): small files, short functions, few arguments."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.house import tree

FILE_LINES_MAX: Final = 400
TEST_FILE_LINES_MAX: Final = 500
FUNCTION_LINES_MAX: Final = 50
CLASS_LINES_MAX: Final = 200
TEMPLATE_LINES_MAX: Final = 120
ARGUMENTS_MAX: Final = 6

# What is still too big, with its size of today. This list may only shrink.
EXCEPTIONS: Final[dict[str, int]] = {}


def test_nothing_is_bigger_than_the_house_allows() -> None:
    grown = {
        name: size for name, size, limit in _sizes() if size > max(limit, EXCEPTIONS.get(name, 0))
    }

    assert grown == {}


def test_the_list_of_exceptions_only_shrinks() -> None:
    sizes = {name: (size, limit) for name, size, limit in _sizes()}
    stale = {
        name: size
        for name, size in EXCEPTIONS.items()
        if sizes.get(name, (0, 0))[0] != size or size <= sizes[name][1]
    }

    assert stale == {}, "shrink the number, or take the line out"


def _sizes() -> Iterator[tuple[str, int, int]]:
    """Name, size and limit of everything that has one."""
    for path in tree.committed():
        if path.suffix == ".html":
            yield tree.named(path), _lines(path), TEMPLATE_LINES_MAX
        if path.suffix in {".js", ".css"}:
            yield tree.named(path), _lines(path), FILE_LINES_MAX
    for path in tree.python_files():
        limit = TEST_FILE_LINES_MAX if tree.is_test(path) else FILE_LINES_MAX
        yield tree.named(path), _lines(path), limit
        yield from _definitions(path)


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def _definitions(path: Path) -> Iterator[tuple[str, int, int]]:
    for node in ast.walk(tree.parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            name = f"{tree.named(path)}:{node.name}"
            yield f"{name} (lines)", _span(node), FUNCTION_LINES_MAX
            if not tree.is_test(path):
                yield f"{name} (arguments)", _arguments(node), ARGUMENTS_MAX
        elif isinstance(node, ast.ClassDef):
            yield f"{tree.named(path)}:{node.name}", _span(node), CLASS_LINES_MAX


def _span(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _arguments(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return len([argument for argument in given if argument.arg not in {"self", "cls"}])
