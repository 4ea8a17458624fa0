"""``python -m tests.worst_day --seed 7 --minutes 20``: a day on which everything goes wrong.

Exit code 1 when anything was found; the report goes to ``--report`` and what was found to the
terminal, each with the shortest log that explains it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shlex
import shutil
import socket
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.worst_day.stack import PORTS, Product


def main() -> int:
    """Read the arguments, live the day, write the report."""
    parser = argparse.ArgumentParser(prog="worst_day", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--actions", type=int, default=2_000)
    parser.add_argument("--every", type=float, default=25.0, help="seconds from fault to fault")
    parser.add_argument("--small", action="store_true", help="few people, for the test of a minute")
    parser.add_argument("--report", type=Path, default=None, help="append the report to this file")
    parser.add_argument("--schema", type=Path, default=None, help="a dump to begin with")
    parser.add_argument("--keep", action="store_true", help="leave the logs where they are")
    parser.add_argument("--port", type=int, default=0, help="the first of four free ports")
    asked = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="soulseer-worst-"))
    product = Product(home, asked.port or _free_ports())
    with ExitStack() as stack:
        if not asked.keep:
            stack.callback(shutil.rmtree, home, ignore_errors=True)
        stack.callback(product.stop)
        os.environ["DJANGO_SETTINGS_MODULE"] = "backend.config.settings"
        product.start_servers(asked.schema)
        return _live(product, asked)


def _live(product: Product, asked: argparse.Namespace) -> int:
    """Only now may Django be loaded: its settings point at the servers of this day."""
    import django

    django.setup()
    from tests.worst_day import report, run

    outcome = asyncio.run(run.a_day(product, run.plan_of(asked)))
    text = report.markdown(outcome)
    if asked.report is not None:
        with asked.report.open("a") as file:
            file.write(text + "\n")
    found = outcome.day.chronicle.findings
    print(text if asked.report is None or found else f"Seed {asked.seed}: nothing was found.")
    if found:
        print(f"Again: python -m tests.worst_day {shlex.join(sys.argv[1:])}", file=sys.stderr)
        if asked.keep:
            print(f"Logs: {product.home}")
    return 1 if found else 0


def _free_ports() -> int:
    """The lowest of so many neighbouring free ports."""
    for port in range(21_000, 22_000, 10):
        with ExitStack() as taken:
            try:
                for number in range(port, port + PORTS):
                    taken.enter_context(socket.socket()).bind(("127.0.0.1", number))
            except OSError:
                continue
            return port
    raise RuntimeError("No neighbouring ports are free.")


if __name__ == "__main__":
    sys.exit(main())
