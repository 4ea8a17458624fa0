"""The product as production runs it, each process on its own, on this one machine."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.relay import servers
from bench.streams import ours
from bench.web import server

WEB_THREADS: Final = 4
_SOCKETS: Final = (
    "-m uvicorn backend.config.asgi:application --ws backend.realtime.protocols:SocketProtocol "
    "--ws-max-size 131072 --no-access-log --log-level warning --lifespan off"
)
_CELERY: Final = "-m celery --quiet --app backend.config.celery"
_WORKER: Final = (
    "worker --loglevel INFO --pool threads --concurrency 4 --queues billing,payments,default "
    "--without-gossip --without-mingle"
)
_BEAT: Final = "beat --loglevel WARNING --scheduler celery.beat.Scheduler --pidfile="


@dataclass(frozen=True)
class Product:
    """Where it answers, the process ids of its parts, and the log of its worker."""

    web_port: int
    sockets_port: int
    pids: dict[str, int]
    worker_log: Path


@contextmanager
def running(home: Path) -> Iterator[Product]:
    """Web, sockets, worker, beat and engine for the length of the block."""
    web, sockets, engine = (servers.free_port() for _ in range(3))
    os.environ.update(
        server.PRODUCTION | {"LIMIT_API_PER_MINUTE": "100", "PYTHONWARNINGS": "ignore"}
    )
    granian = (
        f"-m granian --interface wsgi --no-ws --host 127.0.0.1 --port {web} --workers 1 "
        f"--blocking-threads {WEB_THREADS} --log-level warning backend.config.wsgi:application"
    )
    table = {
        "web": (granian, {}),
        "sockets": (f"{_SOCKETS} --port {sockets}", {"DATABASE_POOL": "1"}),
        "worker": (f"{_CELERY} {_WORKER}", {"LOG_LEVEL": "INFO"}),
        "beat": (f"{_CELERY} {_BEAT}", {}),
    }
    with ExitStack() as stack:
        pids = {}
        for name, (words, further) in table.items():
            child = stack.enter_context(_started(home / f"{name}.log", words, further))
            pids[name] = child.pid
            if name in ("web", "sockets"):
                servers.wait_for(web if name == "web" else sockets, child)
        running_engine = stack.enter_context(ours.engine(engine, origins="http://127.0.0.1"))
        pids["engine"] = running_engine.pid
        yield Product(web, sockets, pids, home / "worker.log")


@contextmanager
def _started(log: Path, words: str, further: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as kept:
        child = subprocess.Popen(
            [sys.executable, *words.split()],
            env={**os.environ, "LOG_LEVEL": "WARNING", **further},
            cwd=servers.ROOT,
            stdout=kept,
            stderr=kept,
        )
    try:
        yield child
    finally:
        child.terminate()
        deadline = time.monotonic() + 20
        while child.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
        child.kill()
        child.wait()
