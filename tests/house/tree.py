"""The committed tree, as the house tests read it."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
APPS: Final = ["readers", "live", "payouts", "marketplace", "admin_portal"]


@cache
def committed() -> list[Path]:
    """Every file that git knows or would add, as absolute paths."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = listed.stdout.decode().split("\0")
    return sorted(path for name in names if name and (path := ROOT / name).is_file())


def python_files(*, tests: bool = True) -> list[Path]:
    """Our Python files without migrations, which a program writes."""
    found = [
        path for path in committed() if path.suffix == ".py" and "migrations" not in path.parts
    ]
    return found if tests else [path for path in found if not is_test(path)]


def is_test(path: Path) -> bool:
    """Whether ``path`` lies below ``tests/``."""
    return path.relative_to(ROOT).parts[0] == "tests"


def named(path: Path) -> str:
    """``path`` as people write it, from the checkout's root."""
    return path.relative_to(ROOT).as_posix()


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of one file."""
    return ast.parse(path.read_text(), filename=str(path))
