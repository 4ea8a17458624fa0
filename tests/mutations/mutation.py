"""A line of the product made wrong, and who must notice."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutation:
    """One wrong line: ``good`` in ``file`` becomes ``bad``; ``suites`` must notice."""

    name: str
    file: str
    good: str
    bad: str
    suites: tuple[str, ...]
