"""What processes cost: CPU seconds and memory of each, its children included."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PROC: Final = Path("/proc")
_WITH_REAPED: Final = slice(11, 15)  # utime, stime, cutime, cstime after the name


@dataclass(frozen=True)
class Cost:
    """At one moment: seconds of CPU used so far and memory held, in MB, by each part; ``busy`` are
    seconds that the whole machine spent."""

    at: float
    cpu: dict[str, float]
    memory: dict[str, float]
    busy: float

    def cores_since(self, before: Cost) -> dict[str, float]:
        """Cores that each part used on average since then."""
        passed = self.at - before.at
        return {name: (used - before.cpu[name]) / passed for name, used in self.cpu.items()}

    def busy_since(self, before: Cost) -> float:
        """Cores of the machine that anybody used on average since then."""
        return (self.busy - before.busy) / (self.at - before.at)


def cost(pids: dict[str, int]) -> Cost:
    """What each of these processes and all that came of it used so far."""
    trees = {name: _tree(pid) for name, pid in pids.items()}
    return Cost(
        time.monotonic(),
        {name: sum(_cpu(pid) for pid in tree) for name, tree in trees.items()},
        {name: sum(_memory(pid) for pid in tree) / 1_024 for name, tree in trees.items()},
        _busy(),
    )


def stores() -> dict[str, int]:
    """The process ids of PostgreSQL (its postmaster) and Valkey, as they tell them."""
    from django.db import connection

    from backend.core import redis

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = int(cursor.fetchone()[0])
    said: Any = redis.client().info("server")
    return {"postgresql": _parent(backend), "valkey": int(said["process_id"])}


def _busy() -> float:
    """Seconds of CPU that the machine spent on anything so far."""
    user, nice, system, _, _, irq, softirq, steal = map(
        int, (_PROC / "stat").read_text().split(maxsplit=9)[1:9]
    )
    return (user + nice + system + irq + softirq + steal) / _TICKS


def _tree(pid: int) -> list[int]:
    """The process and all that it started, as far as they live."""
    found = [pid]
    for one in found:
        for tasks in (_PROC / str(one)).glob("task/*/children"):
            try:
                found += map(int, tasks.read_text().split())
            except OSError:
                continue
    return found


def _cpu(pid: int) -> float:
    """Seconds, those of children that it buried included; 0 when it is gone."""
    try:
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[_WITH_REAPED])) / _TICKS


def _memory(pid: int) -> float:
    """KiB, shared pages by their share (PSS); 0 when it is gone."""
    try:
        lines = (_PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return float(next((line.split()[1] for line in lines if line.startswith("Pss:")), 0))


def _parent(pid: int) -> int:
    return int((_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[1])
