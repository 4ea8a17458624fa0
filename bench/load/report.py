"""The figures of a load run, as JSON and as lines for people."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

LATEST: Final = Path(__file__).parents[1] / "results" / "load.json"
_DONE: Final = re.compile(
    r"Task live\.tasks\.(sweep_\w+)\[[^]]+\] succeeded in ([0-9.e-]+)s: (\d+)"
)
_STAMPED: Final = re.compile(r'"timestamp": "([^"]+)"')


def sweeps(log: Path, since: str, until: str) -> dict[str, dict[str, float]]:
    """Of each of the meter's sweeps between two instants (ISO): how many, and milliseconds."""
    took: dict[str, list[float]] = {}
    settled: dict[str, int] = {}
    for line in log.read_text().splitlines():
        found, stamp = _DONE.search(line), _STAMPED.search(line)
        if found and stamp and since <= stamp[1] <= until:
            took.setdefault(found[1], []).append(float(found[2]) * 1_000)
            settled[found[1]] = settled.get(found[1], 0) + int(found[3])
    return {name: spread(ms) | {"readings": settled[name]} for name, ms in took.items()}


def spread(milliseconds: list[float]) -> dict[str, float]:
    """Number, p50, p95, p99 and worst."""
    if not milliseconds:
        return {"number": 0}
    ordered = sorted(milliseconds)

    def at(share: float) -> float:
        return round(ordered[int(share * (len(ordered) - 1))], 2)

    return {
        "number": len(ordered),
        "p50_ms": at(0.5),
        "p95_ms": at(0.95),
        "p99_ms": at(0.99),
        "worst_ms": at(1.0),
    }


def keep(report: dict[str, Any]) -> None:
    """Write ``bench/results/load.json``."""
    LATEST.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")


def lines(report: dict[str, Any]) -> str:
    """The same for people."""
    who = f"{report['readings']} readings and {report['viewers']} viewers"
    held = f"{report['active']} still active at the end, {report['lost']} sockets lost"
    said = [f"{who} for {report['seconds']:.0f} s on {report['cores']} cores; {held}"]
    for name, cores in report["cpu_cores"].items():
        was, now = report["memory_mb"][name]
        said.append(f"  {name:<12} {cores:6.3f} of a core   {was:7.1f} -> {now:7.1f} MB")
    said.append(f"  {'the load':<12} {sum(report['load_cpu_cores'].values()):6.3f} of a core")
    said.append(f"  {'the machine':<12} {report['machine_cores']:6.3f} of {report['cores']}")
    latencies = {name: report[name] for name in ("api", "chat", "relay", "beat")}
    for name, took in (latencies | report["sweeps"]).items():
        said.append(f"  {name:<14} {_words(took)}")
    said.append(f"  stream       {report['stream']}")
    said.append(f"  billing      {report['billing']}")
    said.append("  SATURATED" if report["saturated"] else "  not saturated")
    if report["failed"] or report["errors"]:
        said.append(f"  failed: {report['failed'][:5]} errors: {report['errors']}")
    return "\n".join(said)


def _words(took: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in took.items())
