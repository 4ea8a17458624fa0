"""Engine processes for tests: `manage.py live_engine` as production starts it.

``running(...)`` is a context manager around one process; the ``engine`` fixture (imported into
this folder's ``conftest.py``) is one process for the whole run. Streams are random ids, so tests
share it. Elsewhere: ``from tests.live.engine.process import engine, engine_of_the_run``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from django.conf import settings as product
from pytest_django.fixtures import Settings

from backend.core import redis
from live.engine import grants, keys
from tests.sandbox_process import ROOT, free_port

START_SECONDS = 30.0


@dataclass
class EngineProcess:
    """One engine process, its address, and the ways to order it about."""

    port: int
    variables: dict[str, str] = field(default_factory=dict)
    child: subprocess.Popen[bytes] | None = None

    @property
    def key(self) -> str:
        """What signs its grants: the product's own key unless it was started with another."""
        return self.variables.get("ENGINE_GRANT_KEY", product.ENGINE_GRANT_KEY)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "manage.py", "live_engine", "--port", str(self.port)]
        command += ["--public-url", self.url]
        ours = {"ENGINE_GRANT_KEY": self.key, "ENGINE_LAG_MS_MAX": "2000", **self.variables}
        environment = {**os.environ, "DEBUG": "1", "PYTHONPATH": str(ROOT), **ours}
        self.child = subprocess.Popen(command, cwd=ROOT, env=environment)
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            if self.child.poll() is not None or time.monotonic() > until:
                raise RuntimeError("The stream engine did not start.")
            time.sleep(0.05)

    def kill(self) -> None:
        """End it as a crash would."""
        if self.child is not None:
            self.child.kill()
            self.child.wait(10)

    def stop(self) -> None:
        """End it in good order."""
        if self.child is not None:
            self.child.terminate()
            self.child.wait(15)

    def restart(self) -> None:
        """Kill it and start it again on the same port."""
        self.kill()
        self.start()

    def stats(self) -> dict[str, Any]:
        """Its `/stats`."""
        return dict(httpx.get(f"{self.url}/stats", trust_env=False).json())

    def room(self, stream: str) -> dict[str, Any]:
        """One room of its `/stats`; empty when it has none."""
        return dict(self.stats()["rooms"].get(stream, {}))

    def grant(self, stream: str, role: grants.Role, user: str = "", **claims: Any) -> str:
        """A grant as the product signs them."""
        seconds, issued = claims.get("seconds", 60), claims.get("issued", int(time.time()))
        return grants.sign(
            key=claims.get("key", self.key),
            user=user or str(uuid.uuid4()),
            stream=stream,
            role=role,
            issued=issued,
            seconds=seconds,
        )

    def wait_for_beat(self) -> None:
        """Wait until the product can place rooms here: a test begins with an empty Redis."""
        name = redis.key(*keys.process_key(self.stats()["process"]))
        until = time.monotonic() + START_SECONDS
        while not redis.client().exists(name):
            assert time.monotonic() < until, "the engine posts nothing"
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/healthz", trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False


@contextmanager
def running(**variables: str) -> Iterator[EngineProcess]:
    """One engine process with these environment variables, stopped at the end."""
    engine = EngineProcess(free_port(), variables)
    engine.start()
    try:
        yield engine
    finally:
        engine.stop()


@pytest.fixture(scope="session")
def engine_of_the_run() -> Iterator[EngineProcess]:
    """One engine process for the whole run, that posts under a prefix of its own."""
    with running(REDIS_PREFIX=f"{os.environ['REDIS_PREFIX']}-engine") as process:
        yield process


@pytest.fixture
def engine(engine_of_the_run: EngineProcess, settings: Settings) -> EngineProcess:
    """The same, known to the product while this test runs.

    It goes on beating between the tests: to one that is about a product without any engine it
    would turn up in the middle.
    """
    settings.REDIS_PREFIX = engine_of_the_run.variables["REDIS_PREFIX"]
    return engine_of_the_run


@pytest.fixture
def stream() -> str:
    """The id of a stream that nobody else uses."""
    return str(uuid.uuid4())
