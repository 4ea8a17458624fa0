"""Fixtures of every test: a database of its own, an empty Valkey, a clock that stands."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import hypothesis
import pytest
import redis

from tests import databases, servers

# The long profile belongs to `make test-deep`.
hypothesis.settings.register_profile("ordinary", deadline=None)
hypothesis.settings.register_profile("deep", deadline=None, max_examples=2_000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ordinary"))

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NEED_ROWS = {"db", "transactional_db", "django_db_setup"}
NEEDS_MORE_THAN_A_DATABASE = {"browser", "sandbox", "deep", "coturn", "node"}


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """Replace pytest-django's: one migrated template, one copy of it per worker."""
    with django_db_blocker.unblock():
        databases.build()
    yield
    if not servers.ours("DATABASE_URL"):
        with django_db_blocker.unblock():
            databases.remove()


@pytest.fixture(scope="session")
def _valkey() -> Iterator[redis.Redis]:
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        yield client


@pytest.fixture(autouse=True)
def _empty_valkey(_valkey: redis.Redis) -> None:
    """Start each test with nothing of ours in Valkey."""
    if servers.ours("REDIS_URL"):
        _valkey.flushdb()
        return
    for key in _valkey.scan_iter(match=f"{os.environ['REDIS_PREFIX']}*", count=1000):
        _valkey.delete(key)


@pytest.fixture
def at() -> datetime:
    """Noon UTC of an ordinary Monday, the moment at which most tests begin."""
    return NOON


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what needs only PostgreSQL and Valkey; leave the long runs to ``make test-deep``."""
    deep = [item for item in items if item.get_closest_marker("deep")]
    if deep and not os.environ.get("DEEP"):
        items[:] = [item for item in items if not item.get_closest_marker("deep")]
        config.hook.pytest_deselected(items=deep)
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        wants_rows = item.get_closest_marker("django_db") or NEED_ROWS & {*fixtures}
        marks = {mark.name for mark in item.iter_markers()}
        if wants_rows and not marks & NEEDS_MORE_THAN_A_DATABASE:
            item.add_marker(pytest.mark.database)
