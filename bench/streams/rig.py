"""One measurement: a server, a load beside it, and what both used while the stream ran."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from bench.relay.servers import ROOT, Running
from bench.streams.doors import Grant

ANSWER_SECONDS_MAX: Final = 120
SETTLE_SECONDS: Final = 2.0
STEADY_SECONDS: Final = 10.0
KBPS_MIN: Final = 800
FRAMES_MIN: Final = 25
Grants = Callable[[int], list[Grant]]


@dataclass(frozen=True)
class Steady:
    """What happened per second while so many watched. CPU in cores; ``lost`` in packets."""

    viewers: int
    server_cpu: float
    load_cpu: float
    packets: float
    lost: int
    kbps: float
    frames: float
    silent: int
    overflowed: int

    @property
    def cpu_percent(self) -> float:
        """Of one core, for each viewer."""
        return 100 * self.server_cpu / self.viewers

    @property
    def is_whole(self) -> bool:
        """Whether everybody got the stream: else its cost says nothing."""
        return self.silent == 0 and self.kbps > KBPS_MIN and self.frames > FRAMES_MIN


@dataclass(frozen=True)
class Measured:
    """One server from the first viewer to the last. ``joins`` a second; CPU meanwhile in cores."""

    steady: list[Steady]
    joins: float
    joining_server_cpu: float
    joining_load_cpu: float
    memory_mib: float


class Load:
    """The load's process: one order, one answer."""

    def __init__(self, child: subprocess.Popen[str], put: IO[str], take: IO[str]) -> None:
        self._child, self._put, self._take = child, put, take

    def ask(self, **order: Any) -> dict[str, Any]:
        """See ``bench.streams.load``.

        :raises SystemExit: it died.
        """
        self._put.write(json.dumps(order) + "\n")
        self._put.flush()
        answer = self._take.readline()
        if not answer:
            raise SystemExit("The load ended; see above.")
        said: dict[str, Any] = json.loads(answer)
        return said


@contextmanager
def load() -> Iterator[Load]:
    """The load, ended at the end."""
    command = [sys.executable, "-m", "bench.streams.load"]
    pipe = subprocess.PIPE
    child = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT)
    if child.stdin is None or child.stdout is None:
        raise SystemExit("The load has no pipes.")
    try:
        yield Load(child, child.stdin, child.stdout)
    finally:
        child.terminate()
        child.wait(20)


def measure(server: Running, load: Load, sizes: Sequence[int], grants: Grants) -> Measured:
    """Let the audience grow to each of ``sizes`` in turn; the publisher is on already.

    One further viewer decodes. Memory is what the server grew by from the first to the last.
    """
    load.ask(decode=grants(1)[0])
    load.ask(join=grants(5))
    time.sleep(SETTLE_SECONDS)
    before, watching = server.memory_bytes(), 5
    steady, joined, seconds, server_cpu, load_cpu = [], 0, 0.0, 0.0, 0.0
    for size in sizes:
        number = size - watching
        admitted = grants(number)
        cpu, load_was = server.cpu_seconds(), load.ask(count=True)["cpu"]
        answer = load.ask(join=admitted)
        seconds += answer["seconds"]
        server_cpu += server.cpu_seconds() - cpu
        load_cpu += answer["cpu"] - load_was
        watching, joined = size, joined + number
        time.sleep(SETTLE_SECONDS)
        steady.append(_watch(server, load, size))
    grown = (server.memory_bytes() - before) / joined
    return Measured(
        steady, joined / seconds, server_cpu / seconds, load_cpu / seconds, grown / 2**20
    )


def _watch(server: Running, load: Load, viewers: int) -> Steady:
    overflowed = _overflowed()
    one, cpu = load.ask(count=True), server.cpu_seconds()
    time.sleep(STEADY_SECONDS)
    two, used = load.ask(count=True), server.cpu_seconds() - cpu
    passed = two["at"] - one["at"]

    def rate(what: str) -> float:
        return float(two[what] - one[what]) / passed

    return Steady(
        viewers=viewers,
        server_cpu=used / passed,
        load_cpu=rate("cpu"),
        packets=rate("packets"),
        lost=two["expected"] - one["expected"] - (two["packets"] - one["packets"]),
        kbps=8 * rate("octets") / viewers / 1_000,
        frames=rate("frames"),
        silent=two["silent"],
        overflowed=_overflowed() - overflowed,
    )


def _overflowed() -> int:
    """Datagrams that this machine dropped so far because a socket's buffer was full."""
    lines = Path("/proc/net/snmp").read_text().splitlines()
    names, numbers = (line.split() for line in lines if line.startswith("Udp:"))
    return int(dict(zip(names[1:], numbers[1:], strict=True))["RcvbufErrors"])
