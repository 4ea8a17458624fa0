"""The pytest plugin that gives a run its own PostgreSQL and Valkey.

Loaded by ``-p tests.servers`` in ``pyproject.toml``, because Django's settings are read before
any ``conftest.py``. The first process of a run starts both servers in a temporary folder, unless
``DATABASE_URL`` or ``REDIS_URL`` name others; xdist's workers inherit the addresses. Each process
then points both at a database of its own, so programs that a test starts see the same one.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from backend.embedded import services

STARTED_BY_US = "SOULSEER_TEST_SERVERS"
DEFAULTS = {
    "DEBUG": "1",
    "LOG_LEVEL": "WARNING",
    "LIST_ANSWER_SECONDS": "0",
    "STRIPE_WEBHOOK_SECRETS": f"whsec_{secrets.token_hex(16)}",
    "STRIPE_THIN_WEBHOOK_SECRETS": f"whsec_{secrets.token_hex(16)}",
    # Argon2 costs 50 ms a user; what it hashes is not what most tests are about.
    "PASSWORD_HASHERS": "django.contrib.auth.hashers.MD5PasswordHasher",
}
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, object, object]:
    """Start the servers and set the environment before Django's settings are read."""
    if WORKER == "main":
        early_config.add_cleanup(_start().close)
    _point_at_own_databases()
    for variable, value in DEFAULTS.items():
        os.environ.setdefault(variable, value)
    return (yield)


def _start() -> ExitStack:
    """Start what no variable names; the returned stack ends it."""
    stack = ExitStack()
    home = Path(tempfile.mkdtemp(prefix="soulseer-test-"))
    stack.callback(shutil.rmtree, home, ignore_errors=True)
    ours = {"DATABASE_URL", "REDIS_URL"} - {name for name, value in os.environ.items() if value}
    os.environ[STARTED_BY_US] = " ".join(sorted(ours))
    addresses = stack.enter_context(services.running(home, durable=False))
    os.environ.update(addresses.environment())
    # Journeys and subprocesses leave what they write here, gone with the run.
    os.environ.setdefault("DATA_DIR", str(home))
    return stack


def ours(variable: str) -> bool:
    """Whether this run itself started the server that ``variable`` names."""
    return variable in os.environ.get(STARTED_BY_US, "").split()


def worker_index() -> int:
    """0 for a run without workers, else 1 for the first worker, and so on."""
    return 0 if WORKER == "main" else int(WORKER.removeprefix("gw")) + 1


def _point_at_own_databases() -> None:
    base = urlsplit(os.environ["DATABASE_URL"]).path.strip("/").removeprefix("test_")
    base = base.removesuffix("_main")
    os.environ["DATABASE_URL"] = with_path(os.environ["DATABASE_URL"], f"test_{base}_{WORKER}")
    # Channels of pub/sub are shared by all numbered databases: only a prefix keeps workers apart.
    os.environ["REDIS_PREFIX"] = f"test-{WORKER}"
    if ours("REDIS_URL"):
        address = os.environ["REDIS_URL"].partition("?")[0]
        os.environ["REDIS_URL"] = f"{address}?db={worker_index()}"


def with_path(url: str, path: str) -> str:
    """``url`` with another path; unlike ``urlunsplit`` it keeps the slashes of an empty host."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}/{path}{query}"
