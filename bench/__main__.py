"""``python -m bench [B1 B2 …]``: run the benches, print the table, write results/latest.json.

Exit code 1 when a bench could not run; a goal that was not reached is reported, not hidden,
and does not fail the run.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Final

from bench import figures, places

HERE: Final = Path(__file__).parent
BENCH_SECONDS_MAX: Final = 1_200
_ONE: Final = "--one"


def main(arguments: list[str]) -> int:
    """Run the named benches, or all."""
    if arguments[:1] == [_ONE]:
        return _run_here(*arguments[1:])
    modules = _modules()
    wanted = [name.upper() for name in arguments] or list(modules)
    if unknown := [name for name in wanted if name not in modules]:
        print(f"No such bench: {', '.join(unknown)}. There are {', '.join(modules)}.")
        return 2
    began = time.monotonic()
    rows, failed = _run_all({name: modules[name] for name in wanted})
    if rows:
        print("\n" + figures.table(rows))
    print(f"\nIn all {time.monotonic() - began:.0f} s.")
    for name in failed:
        print(f"{name} could not run; see above.", file=sys.stderr)
    return 1 if failed else 0


def _run_all(modules: dict[str, str]) -> tuple[list[dict[str, Any]], list[str]]:
    """Run them one after the other, keeping what each measured; the rows, and who failed."""
    rows: list[dict[str, Any]] = []
    failed = []
    with places.template() if len(modules) > 1 else nullcontext():
        for name, module in modules.items():
            measured = _run_apart(name, module)
            if measured is None:
                failed.append(name)
                continue
            rows += measured
            figures.keep(measured, [name])
    return rows, failed


def _modules() -> dict[str, str]:
    """``{"B1": "bench.b1_billing", …}``, in the order of their numbers."""
    found = {path.stem.split("_")[0].upper(): path.stem for path in HERE.glob("b[0-9]*_*.py")}
    return {name: f"bench.{found[name]}" for name in sorted(found, key=lambda n: int(n[1:]))}


def _run_apart(name: str, module: str) -> list[dict[str, Any]] | None:
    """Run one bench in a process of its own; its rows, or None when it failed."""
    print(f"{name} {module} …", flush=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "rows.json"
        command = [sys.executable, "-m", "bench", _ONE, module, str(answer)]
        try:
            done = subprocess.run(command, timeout=BENCH_SECONDS_MAX, check=False)
        except subprocess.TimeoutExpired:
            print(f"{name} took more than {BENCH_SECONDS_MAX} s.", file=sys.stderr)
            return None
        if done.returncode or not answer.exists():
            return None
        print(f"{name} took {time.monotonic() - started:.0f} s", flush=True)
        rows: list[dict[str, Any]] = json.loads(answer.read_text())
        return rows


def _run_here(module: str, answer: str) -> int:
    measured: list[figures.Figure] = importlib.import_module(module).figures()
    Path(answer).write_text(json.dumps([figure.row() for figure in measured]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
