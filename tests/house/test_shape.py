"""Tests mirror the tree, so that a newcomer finds them without searching."""

from __future__ import annotations

from tests.house import tree

OF_THEIR_OWN = {"house", "journeys", "worst_day", "strangers", "cases", "scripts", "bench"}


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
