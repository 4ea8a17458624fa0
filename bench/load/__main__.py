"""``python -m bench.load``: a thousand readings and three hundred viewers on this machine.

The product runs as in production: web, sockets, worker, beat and engine, each on its own, on
PostgreSQL and Valkey. People and money are made by services; everything else, from the ring to
the end, the load does through the public API and the sockets, as pages do. While all of it runs,
the CPU of each process is counted, the load's own apart. Afterwards every billed second is held
against what the load knows. Writes ``bench/results/load.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from bench import places
from bench.load import audience, machine, people, product, proof, report
from bench.relay.servers import ROOT
from bench.web import server

API_PER_SECOND: Final = 5.0
FULL: Final = 0.95


def main() -> int:
    """Run it; 1 when a second was billed wrongly, readings did not hold or viewers saw nothing."""
    asked = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Ended from outside."))  # children too
    os.environ["SECRET_KEY"] = server.SECRET_KEY  # whoever signs in here is known there
    with tempfile.TemporaryDirectory(prefix="soulseer-load-") as folder:
        home = Path(folder)
        with places.database("load"), product.running(home) as running:
            found = _run(asked, home, running)
    print(report.lines(found))
    if asked.keep:
        report.keep(found)
    seen = found["stream"]["packets"] > 0 or not asked.viewers
    return 0 if found["billing"]["holds"] and found["active"] == asked.readings and seen else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.load")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--readings", type=int, default=1_000)
    parser.add_argument("--viewers", type=int, default=300)
    parser.add_argument("--ramp", type=float, default=5.0, help="readings begun a second")
    parser.add_argument("--no-keep", dest="keep", action="store_false", help="write no JSON")
    return parser.parse_args()


def _run(asked: argparse.Namespace, home: Path, running: product.Product) -> dict[str, Any]:
    now = datetime.now(UTC)
    print(f"   {asked.readings} clients with money and as many readers …", flush=True)
    pairs = people.pairs(asked.readings, at=now)
    pids = running.pids | machine.stores()
    with audience.watching(asked.viewers) as watching, people.present():
        pages = _Pages(_plan(asked, home, running, pairs, watching.page))
        pages.wait("full")
        print("   all run", flush=True)
        began, counted, at = machine.cost(pids | pages.pids), watching.counted(), _iso()
        pages.wait("over")
        ended, later, until = machine.cost(pids | pages.pids), watching.counted(), _iso()
        said = pages.answer()
    found = _figures(asked, said, began, ended)
    found["stream"] = _stream(counted, later, asked.viewers)
    host, seconds = later["host_cpu"] - counted["host_cpu"], ended.at - began.at
    found["load_cpu_cores"] |= {
        "viewers": _cores(later["cpu"] - counted["cpu"], seconds),
        "host": _cores(host, seconds),
    }
    found["sweeps"] = report.sweeps(running.worker_log, at, until)
    verdict = proof.judge(said["stretches"], datetime.now(UTC))
    found["billing"] = verdict.row() | {"holds": verdict.holds}
    return found


def _plan(
    asked: argparse.Namespace,
    home: Path,
    running: product.Product,
    pairs: list[dict[str, str]],
    host: dict[str, str],
) -> Path:
    plan = {
        "web_port": running.web_port,
        "sockets_port": running.sockets_port,
        "pairs": pairs,
        "host": host,
        "ramp_per_second": asked.ramp,
        "hold_seconds": 60 * asked.minutes,
        "api_per_second": API_PER_SECOND,
    }
    written = home / "plan.json"
    written.write_text(json.dumps(plan))
    return written


class _Pages:
    """The load's process."""

    def __init__(self, plan: Path) -> None:
        command = [sys.executable, "-m", "bench.load.pages", str(plan)]
        self._child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        self.pids = {"pages": self._child.pid}

    def wait(self, word: str) -> None:
        """Until it says so."""
        said = self._read()
        if said.get("now") != word:
            raise SystemExit(f"The load said {said}, not {word}.")

    def answer(self) -> dict[str, Any]:
        """All that it measured."""
        said = self._read()
        self._child.wait(60)
        return said

    def _read(self) -> dict[str, Any]:
        line = self._child.stdout.readline() if self._child.stdout else ""
        if not line:
            raise SystemExit("The load ended; see above.")
        said: dict[str, Any] = json.loads(line)
        return said


def _figures(
    asked: argparse.Namespace, said: dict[str, Any], began: machine.Cost, ended: machine.Cost
) -> dict[str, Any]:
    cores = ended.cores_since(began)
    pages = cores.pop("pages")
    busy = ended.busy_since(began)
    return {
        "at": _iso(),
        "cores": os.cpu_count(),
        "readings": asked.readings,
        "viewers": asked.viewers,
        "seconds": round(ended.at - began.at, 1),
        "active": said["active"],
        "lost": said["lost"],
        "failed": said["failed"],
        "errors": said["errors"],
        "frames_per_second": round(said["frames_per_second"]),
        "cpu_cores": {name: round(used, 4) for name, used in cores.items()},
        "memory_mb": {n: [round(began.memory[n], 1), round(ended.memory[n], 1)] for n in cores},
        "load_cpu_cores": {"pages": round(pages, 4)},
        "machine_cores": round(busy, 3),
        "saturated": busy >= FULL * (os.cpu_count() or 1) or max(cores.values()) >= FULL,
        "api": report.spread(said["api_ms"]),
        "chat": report.spread(said["chats_ms"]) | {"unseen": said["unseen"]},
        "relay": report.spread(said["relayed_ms"]),
        "beat": report.spread(said["beats_ms"]),
    }


def _stream(one: dict[str, Any], two: dict[str, Any], viewers: int) -> dict[str, Any]:
    passed = two["at"] - one["at"]
    packets, expected = two["packets"] - one["packets"], two["expected"] - one["expected"]
    return {
        "packets": packets,
        "packets_lost": expected - packets,
        "kbps_each": round(8 * (two["octets"] - one["octets"]) / passed / viewers / 1_000),
        "frames_decoded_per_second": round((two["frames"] - one["frames"]) / passed, 1),
        "silent_viewers": two["silent"],
        "longest_pause_of_the_load_ms": round(1_000 * two["pause"]),
    }


def _cores(cpu_seconds: float, seconds: float) -> float:
    return round(cpu_seconds / seconds, 4)


def _iso() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


if __name__ == "__main__":
    began = time.monotonic()
    code = main()
    print(f"   in all {time.monotonic() - began:.0f} s")
    sys.exit(code)
