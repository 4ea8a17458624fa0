from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings

from backend.core import redis, throttles
from backend.core.errors import TooMany


@pytest.fixture(autouse=True)
def _two_a_minute(settings: LazySettings) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "test": (2, 60)}


def test_tries_are_counted_for_each_person_and_scope_apart() -> None:
    throttles.limit("test", "ana")
    throttles.limit("test", "ana")
    throttles.limit("test", "june")

    with pytest.raises(TooMany) as refused:
        throttles.limit("test", "ana")
    assert 0 < refused.value.retry_after <= 60


def test_a_count_always_expires() -> None:
    throttles.count("test", "ana")

    assert 0 < redis.client().ttl(redis.key("limit", "test", "ana")) <= 60


def test_a_dead_redis_lets_people_through(settings: LazySettings, monkeypatch: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    redis.client.cache_clear()
    try:
        assert throttles.count("test", "ana").allowed
    finally:
        redis.client.cache_clear()
