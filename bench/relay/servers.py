"""Server processes for the socket benches, ours and the peer's, and the load against them."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent
BENCH: Final = HERE.parent
ROOT: Final = BENCH.parent
START_SECONDS_MAX: Final = 60
# A bench says in a second what a page says in an hour, and its idle sockets send no heartbeats.
_UNLIMITED: Final = {
    "SOCKET_FRAMES_BURST": "100000000",
    "PRESENCE_SECONDS": "3600",
    "LOG_LEVEL": "WARNING",
}


@dataclass(frozen=True)
class Running:
    """One server process."""

    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """What it has used so far, all threads."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_bytes(self) -> int:
        """What is resident and its own (shared library pages are left out)."""
        rollup = Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        private = [line.split() for line in rollup.splitlines() if line.startswith("Private_")]
        return sum(int(words[1]) for words in private) * 1024


@contextmanager
def ours(
    number: int = 1, application: str = "backend.config.asgi:application"
) -> Iterator[list[Running]]:
    """The product's own ASGI application, or another, as production's socket processes run it."""
    flags = "--ws backend.realtime.protocols:SocketProtocol --lifespan off --no-access-log"
    command = [sys.executable, "-m", "uvicorn", application]
    environment = {**os.environ, **_UNLIMITED, "DATABASE_POOL": "1"}
    with _running(
        [[*command, *flags.split(), "--log-level", "warning", "--port"]] * number, environment
    ) as servers:
        yield servers


@contextmanager
def peers(number: int = 1) -> Iterator[list[Running]]:
    """Node + socket.io; with the Redis adapter when there is more than one process."""
    redis_at = [_redis_address()] if number > 1 else []
    command = ["node", str(HERE / "peer.js")]
    with _running([command] * number, dict(os.environ), after_port=redis_at) as servers:
        yield servers


@cache
def peer_name(*, across: bool = False) -> str:
    """The peer with its versions, e.g. ``Node 20.20 + socket.io 4.8.1``; installs it first.

    Ends with ``(absent)`` when it cannot be had.
    """
    words = "Redis adapter" if across else "socket.io"
    try:
        node = _said(["node", "--version"]).lstrip("v")
        install = "npm install --no-audit --no-fund --no-package-lock --loglevel=error"
        if not (BENCH / "node_modules" / "socket.io").is_dir():
            subprocess.run(install.split(), cwd=BENCH, check=True, timeout=300)
    except (OSError, subprocess.SubprocessError) as error:
        print(f"   no socket.io: {error}")
        return f"Node + {words} (absent)"
    version = json.loads((BENCH / "node_modules/socket.io/package.json").read_text())["version"]
    return f"Node {node} + socket.io {version}{' + Redis adapter' if across else ''}"


def is_there(name: str) -> bool:
    """Whether the peer of that name could be had."""
    return not name.endswith("(absent)")


@contextmanager
def load(
    plan: str, speaks: str, *, seconds: float, in_flight: int = 0, per_second: int = 0
) -> Iterator[subprocess.Popen[str]]:
    """The load client, once all of the plan's sockets are connected."""
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "plan"
        written.write_text(plan)
        numbers = [str(seconds), str(in_flight), str(per_second)]
        client = subprocess.Popen(
            [_client(), str(written), speaks, *numbers], stdout=subprocess.PIPE, text=True
        )
        try:
            if client.stdout is None or client.stdout.readline() != "ready\n":
                raise SystemExit("The load client could not connect; see above.")
            yield client
        finally:
            client.kill()
            client.wait()


def measure(
    servers: list[Running], plan: str, speaks: str, *, seconds: float, **how: int
) -> dict[str, Any]:
    """Run the load; what it measured, and ``server_us``: CPU of the servers for each message."""
    with load(plan, speaks, seconds=seconds, **how) as client:
        before = sum(server.cpu_seconds() for server in servers)
        began = time.monotonic()
        said, _ = client.communicate(timeout=seconds + 60)
        cpu = (sum(s.cpu_seconds() for s in servers) - before) / (time.monotonic() - began)
    if client.returncode != 0:
        raise SystemExit("The load client failed; see above.")
    measured: dict[str, Any] = json.loads(said)
    measured["server_us"] = 1e6 * cpu / max(1, measured["per_second"])
    return measured


@cache
def _client() -> str:
    """The compiled load client."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise SystemExit("The socket benches need a C compiler (Debian: apt-get install gcc).")
    built = Path(tempfile.mkdtemp(prefix="soulseer-load-")) / "load"
    subprocess.run([compiler, "-O2", "-o", str(built), str(HERE / "load.c")], check=True)
    return str(built)


@contextmanager
def _running(
    commands: list[list[str]], environment: dict[str, str], after_port: list[str] | None = None
) -> Iterator[list[Running]]:
    children, servers = [], []
    try:
        for command in commands:
            port = free_port()
            whole = [*command, str(port), *(after_port or [])]
            child = subprocess.Popen(whole, env=environment, cwd=ROOT)
            children.append(child)
            servers.append(Running(port, child.pid))
        for server, child in zip(servers, children, strict=True):
            wait_for(server.port, child)
        yield servers
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait(20)


def wait_for(port: int, child: subprocess.Popen[bytes]) -> None:
    """Until ``child`` listens on ``port`` of loopback.

    :raises SystemExit: it does not.
    """
    deadline = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < deadline and child.poll() is None:
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("A server did not start; see above.")


def free_port() -> int:
    """A port of loopback that nobody has."""
    with closing(socket.socket()) as chosen:
        chosen.bind(("127.0.0.1", 0))
        port: int = chosen.getsockname()[1]
        return port


def _redis_address() -> str:
    """The bench's Redis as the peer wants it: the path of a socket, or a local port."""
    from redis.connection import parse_url

    where = parse_url(os.environ["REDIS_URL"])
    return str(where.get("path") or where.get("port") or 6379)


def _said(command: list[str]) -> str:
    return subprocess.run(
        command, check=True, capture_output=True, text=True, timeout=30
    ).stdout.strip()
