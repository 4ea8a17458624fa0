"""The live product of the journeys: the processes of ``make run``, on a database of their own.

Web, worker, beat, the stream engine and the Stripe stand-in run as a developer runs them, with a
meter that posts every 5 seconds and short rings and graces (money.md R18), so that a story fits
into a minute.
"""

from __future__ import annotations

import os
import random
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import psycopg
import redis
from django.db import connections
from psycopg import sql

from scripts import processes
from scripts.surroundings import ROOT
from tests import servers
from tests.journeys import turn
from tests.processes import Process, wait_for

SHORT_TIMES = {
    "METER_STEP_SECONDS": "5",
    "MIN_START_SECONDS": "20",
    "QUOTA_SECONDS": "10",
    "WARN_SECONDS": "12,6",
    "GRACE_SECONDS": "6",
    "RING_SECONDS": "8",
    "CONNECT_SECONDS": "14",
    "STALL_SECONDS": "3",
}
VALKEY_NUMBER = 15  # no worker of a test run counts that far


@dataclass(frozen=True)
class Stack:
    """Where the product answers, which database it writes, and the engine of its streams."""

    url: str
    database: str
    engine: Process


@contextmanager
def running(home: Path) -> Iterator[Stack]:
    """Serve the product over ``home`` until the block ends."""
    port = _three_free_ports()
    database = _fresh_database()
    environment = _environment(home, port, database)
    if servers.ours("REDIS_URL"):
        with redis.Redis.from_url(environment["REDIS_URL"]) as valkey:
            valkey.flushdb()
    with mock.patch.dict(os.environ, {"PORT": str(port)}):
        table = processes.table(environment)
    with ExitStack() as stack:
        environment |= stack.enter_context(turn.running(home))
        started: dict[str, Process] = {}
        for name, command, further in table:
            started[name] = Process(name, command, environment | further, home)
            started[name].start()
            stack.callback(started[name].stop)
        wait_for(f"http://127.0.0.1:{port}/healthz", home)
        wait_for(f"http://127.0.0.1:{port + 1}/_sandbox/health", home)
        wait_for(f"http://127.0.0.1:{port + 2}/healthz", home)
        yield Stack(url=environment["SITE_URL"], database=database, engine=started["live"])


def _environment(home: Path, port: int, database: str) -> dict[str, str]:
    valkey = os.environ["REDIS_URL"]
    if servers.ours("REDIS_URL"):
        valkey = f"{valkey.partition('?')[0]}?db={VALKEY_NUMBER}"
    return {
        **os.environ,
        **SHORT_TIMES,
        "DEBUG": "1",
        "DEMO": "0",
        "PORT": str(port),
        "SITE_URL": f"http://localhost:{port}",
        "DATA_DIR": str(home),
        "DATABASE_URL": servers.with_path(os.environ["DATABASE_URL"], database),
        "REDIS_URL": valkey,
        "REDIS_PREFIX": f"journeys-{servers.WORKER}",
        "STRIPE_SECRET_KEY": "sk_test_sandbox_journeys",
        "STRIPE_API_BASE": f"http://127.0.0.1:{port + 1}",
        "PYTHONPATH": str(ROOT),
    }


def _fresh_database() -> str:
    """A copy of the run's migrated template; what a journey commits stays out of other tests."""
    own = str(connections["default"].settings_dict["NAME"])
    base = own.rsplit("_", 1)[0]
    name = sql.Identifier(f"{base}_journeys_{servers.WORKER}")
    address = servers.with_path(os.environ["DATABASE_URL"], "postgres")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        template = sql.Identifier(f"{base}_template")
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, template))
    return f"{base}_journeys_{servers.WORKER}"


def _three_free_ports() -> int:
    """The lowest of three neighbouring free ports."""
    for port in random.sample(range(19_000, 19_800, 3), 200):
        with ExitStack() as taken:
            try:
                for number in (port, port + 1, port + 2):
                    taken.enter_context(socket.socket()).bind(("127.0.0.1", number))
            except OSError:
                continue
            return port
    raise RuntimeError("No three neighbouring ports are free.")
