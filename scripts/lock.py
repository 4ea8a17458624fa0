"""``make lock``: pin ``pyproject.toml`` into ``requirements/*.txt`` with hashes, and npm's lock.

Neither kind of file names an index or registry, so any mirror may serve them. Versions that are
already pinned stay; ``make lock ARGS=--upgrade`` moves them.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from scripts import assets, installer

ROOT = Path(__file__).resolve().parents[1]
COMPILE = [
    *("pip", "compile", "--quiet", "--universal", "--python-version", "3.11"),
    *("--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url"),
]
# The biggest list first: the others are parts of it, held to its versions.
LISTS = {
    "develop": ["embedded", "engine", "demo", "test", "check"],
    "demo": ["embedded", "engine", "demo"],
    "production": ["engine"],
}


def main() -> int:
    """Write every list again."""
    uv = installer.uv()
    # What one machine keeps at hand must not leave its mark in a file for all.
    uv.environment.pop("PIP_FIND_LINKS", None)
    for name, groups in LISTS.items():
        chosen = [part for group in groups for part in ("--group", f"pyproject.toml:{group}")]
        held = [] if name == "develop" else ["--constraint", "requirements/develop.txt"]
        more = sys.argv[1:] if name == "develop" else []
        target = ["--output-file", f"requirements/{name}.txt"]
        uv.run(*COMPILE, "pyproject.toml", *chosen, *held, *more, *target)
    node = ["--group", "pyproject.toml:node", "--output-file", "requirements/node.txt"]
    uv.run(*COMPILE, *node, *sys.argv[1:])
    npm = assets.npm()
    if npm is None:
        print("package-lock.json was left as it is: this machine has no npm.")
        return 0
    command = [*npm, "install", "--package-lock-only", "--no-audit", "--no-fund"]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
