"""Our engine, as production runs it: one process; grants signed by the product's own adapter."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID, uuid4

from bench.relay.servers import ROOT, START_SECONDS_MAX, Running
from bench.streams.doors import Grant


@contextmanager
def engine(port: int, *, origins: str) -> Iterator[Running]:
    """``manage.py live_engine`` on ``port`` of loopback, at work for the product."""
    surroundings = {
        **os.environ,
        "ENGINE_BIND_ADDRESSES": "127.0.0.1",
        "ENGINE_ORIGINS": origins,
        "ENGINE_LAG_MS_MAX": "1000",  # a bench wants to see it full, not refusing
        "LOG_LEVEL": "WARNING",
    }
    address = ["--port", str(port), "--public-url", f"http://127.0.0.1:{port}"]
    command = [sys.executable, "manage.py", "live_engine", *address]
    child = subprocess.Popen(command, env=surroundings, cwd=ROOT)
    try:
        deadline = time.monotonic() + START_SECONDS_MAX
        while not _is_known():
            if time.monotonic() > deadline or child.poll() is not None:
                raise SystemExit("The engine did not start; see above.")
            time.sleep(0.1)
        yield Running(port, child.pid)
    finally:
        child.terminate()
        child.wait(20)


def host(stream_id: UUID) -> Grant:
    """A host's grant."""
    return _grant("host_grant", stream_id)


def viewers(stream_id: UUID, number: int) -> list[Grant]:
    """Grants for so many people who have nothing to do with each other."""
    return [_grant("viewer_grant", stream_id) for _ in range(number)]


def viewer(stream_id: UUID, person: UUID) -> Grant:
    """A grant for somebody in particular."""
    return _grant("viewer_grant", stream_id, person)


def _grant(kind: str, stream_id: UUID, person: UUID | None = None) -> Grant:
    from backend.core import engines

    sign = getattr(engines.load("stream_engine"), kind)
    granted = sign(stream_id=stream_id, user_id=person or uuid4(), at=datetime.now(UTC))
    return {"url": granted.url, "token": granted.token}


def _is_known() -> bool:
    """Whether the product has heard of the engine."""
    from live.ports import EngineUnreachable

    try:
        host(uuid4())
    except EngineUnreachable:
        return False
    return True
