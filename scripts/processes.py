"""The process table of development, and the end of what a killed run left behind."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import time
from pathlib import Path

from scripts import surroundings

ROOT = surroundings.ROOT
BIN = Path(sys.executable).parent
WORKER_FLAGS = [
    *("--pool", "threads", "--concurrency", "2", "--queues", "billing,payments,default"),
    *("--without-gossip", "--without-mingle"),
]
# The files of whitenoise are read in one piece; that it says so once is not news.
FILES_ARE_READ = "ignore:StreamingHttpResponse must consume synchronous iterators"
# Celery lectures root at length; in a container of one's own root is who one is.
ROOT_IS_MEANT = "ignore:You're running the worker with superuser"
# Without the usual file of last runs: one that was cut short by a kill stops beat for good.
BEAT_FLAGS = ["--scheduler", "celery.beat.Scheduler", "--pidfile="]
LATER_SECONDS = 3
LEFTOVER_SECONDS_MAX = 8.0
MARK = "SOULSEER_MANAGED"  # carried by every process that honcho starts for us
Row = tuple[str, list[str], dict[str, str]]


def table(environment: dict[str, str]) -> list[Row]:
    """Name, command line and further environment of every process of ours."""
    port = surroundings.port()
    celery = [str(BIN / "celery"), "--quiet", "--app", "backend.config.celery"]
    quiet = ["--loglevel", "WARNING"]
    rows: list[Row] = [
        ("web", _web(environment, port), {"DATABASE_POOL": "1", "PYTHONWARNINGS": FILES_ARE_READ}),
        (
            "worker",
            [*celery, "worker", *quiet, *WORKER_FLAGS],
            {"PYTHONWARNINGS": ROOT_IS_MEANT},
        ),
        (
            "beat",
            _later([*celery, "beat", *quiet, *BEAT_FLAGS]),
            {},
        ),
    ]
    if surroundings.streams_are_embedded(environment):
        rows.append(("live", [sys.executable, str(ROOT / "manage.py"), "live_engine"], {}))
    if surroundings.uses_sandbox(environment):
        rows.append(("stripe", _sandbox(environment, port + 1), {}))
    if environment.get("DEMO") == "1":
        rows.append(("readers", _later([sys.executable, "-m", "demo_readers"]), {}))
    return rows


def _later(command: list[str]) -> list[str]:
    """``command`` a moment later: what people wait for gets the machine first."""
    return ["sh", "-c", f"sleep {LATER_SECONDS}; exec {shlex.join(command)}"]


def _web(environment: dict[str, str], port: int) -> list[str]:
    """Pages, API and sockets in one process."""
    host = environment.get("HOST", "127.0.0.1")
    flags = "--no-access-log --log-level warning --lifespan off"
    wait = "--ws backend.realtime.protocols:SocketProtocol --timeout-graceful-shutdown 3"
    where = f"--host {host} --port {port}"
    application = "backend.config.asgi:application"
    return [str(BIN / "uvicorn"), application, *f"{where} {flags} {wait}".split()]


def _sandbox(environment: dict[str, str], port: int) -> list[str]:
    """The stand-in for Stripe; it sends its webhooks to the web beside it."""
    secret, *_ = environment["STRIPE_WEBHOOK_SECRETS"].split(",")
    thin_secret, *_ = environment["STRIPE_THIN_WEBHOOK_SECRETS"].split(",")
    options = {
        "--port": str(port),
        "--data-dir": f"{environment['DATA_DIR']}/stripe",
        "--public-url": f"http://localhost:{port}",
        "--webhook-url": f"http://127.0.0.1:{port - 1}/webhooks/stripe/",
        "--webhook-secret": secret,
        "--thin-webhook-url": f"http://127.0.0.1:{port - 1}/webhooks/stripe/thin/",
        "--thin-webhook-secret": thin_secret,
    }
    flat = [part for option in options.items() for part in option]
    return [sys.executable, "-m", "backend.stripe_sandbox", *flat]


def end_leftovers(home: Path) -> None:
    """End the product's processes of a run in ``home`` that was killed before it could.

    The caller holds the folder's lock, so whatever names this folder as its own and is not us
    belongs to nobody. Linux only; elsewhere the taken port says so.
    """
    marker = f"DATA_DIR={home}".encode()
    deadline = time.monotonic() + LEFTOVER_SECONDS_MAX
    while pids := _ours(marker):
        last_call = time.monotonic() > deadline
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL if last_call else signal.SIGTERM)
            except ProcessLookupError:
                continue
        time.sleep(0.2)


def _ours(marker: bytes) -> list[int]:
    """Living orphans of honcho's that carry both our DATA_DIR and honcho's own surroundings."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        pid = int(path.parent.name)
        try:
            variables = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if marker in variables and f"{MARK}=1".encode() in variables and pid != os.getpid():
            found.append(pid)
    return found
