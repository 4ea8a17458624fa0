"""Placing rooms on engine processes by what they post."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from backend.core import redis
from live.adapters.embedded import EmbeddedEngine
from live.engine import keys
from live.ports import EngineFull, EngineUnreachable

NOW = datetime.now(UTC)
EMPTY = {
    "viewers": 0,
    "edges": 0,
    "is_origin": False,
    "host_on_air": False,
    "host_gone_since": None,
    "kbps": 0,
    "loss_pct": 0.0,
}


@pytest.fixture
def stream() -> uuid.UUID:
    return uuid.uuid4()


def _post(name: str, *, full: bool = False, **rooms: dict[str, Any]) -> None:
    """Post like an engine process."""
    client = redis.client()
    beat = {"id": name, "url": f"http://{name}", "viewers": 0, "lag_ms": 0, "full": full}
    client.set(redis.key(*keys.process_key(name)), json.dumps(beat), ex=5)
    client.sadd(redis.key(*keys.PROCESSES), name)
    for stream, room in rooms.items():
        client.hset(redis.key(*keys.rooms_key(name)), stream, json.dumps(EMPTY | room))


def _place(stream: uuid.UUID, role: str = "viewer") -> str:
    engine = EmbeddedEngine()
    grant = {"viewer": engine.viewer_grant, "host": engine.host_grant}[role]
    url = grant(stream_id=stream, user_id=uuid.uuid4(), at=NOW).url
    return url.removeprefix("http://").partition("/")[0]


def test_everybody_of_a_room_is_sent_to_the_same_process(stream: uuid.UUID) -> None:
    for name in ("a", "b", "c"):
        _post(name)

    places = {_place(stream, role) for role in ("host", "viewer", "viewer")}

    assert len(places) == 1


def test_rooms_spread_over_the_processes() -> None:
    for name in ("a", "b", "c"):
        _post(name)

    assert {_place(uuid.uuid4()) for _ in range(60)} == {"a", "b", "c"}


def test_a_room_stays_where_its_host_is(stream: uuid.UUID) -> None:
    for name in ("a", "b", "c"):
        _post(name)
    first = _place(stream)
    (host, _) = {"a", "b", "c"} - {first}
    _post(host, **{str(stream): {"is_origin": True}})

    assert (_place(stream, "host"), _place(stream, "viewer")) == (host, host)


def test_a_full_process_sends_its_viewers_to_the_next(
    stream: uuid.UUID, settings: Settings
) -> None:
    settings.ENGINE_ROOM_VIEWERS_MAX = 10
    _post("a", **{str(stream): {"is_origin": True, "viewers": 10}})
    _post("b", full=True)
    _post("c")

    assert _place(stream) == "c"


def test_when_all_are_full_the_engine_is_full(stream: uuid.UUID) -> None:
    _post("a", full=True)

    with pytest.raises(EngineFull) as refused:
        _place(stream)

    assert refused.value.extra["retry_after"] > 0
    assert refused.value.status == 503


def test_without_a_living_process_the_engine_is_unreachable(stream: uuid.UUID) -> None:
    _post("a")
    redis.client().delete(redis.key(*keys.process_key("a")))

    with pytest.raises(EngineUnreachable):
        _place(stream)

    assert redis.client().scard(redis.key(*keys.PROCESSES)) == 0


def test_without_redis_the_engine_is_unreachable(stream: uuid.UUID, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1"
    redis.client.cache_clear()
    engine = EmbeddedEngine()
    try:
        for ask in (
            lambda: _place(stream),
            lambda: engine.open(stream_id=stream),
            lambda: engine.close(stream_id=stream),
            lambda: engine.stats(stream_ids=[stream]),
        ):
            with pytest.raises(EngineUnreachable):
                ask()
    finally:
        redis.client.cache_clear()


def test_viewers_are_summed_and_the_rest_comes_from_where_the_host_is(stream: uuid.UUID) -> None:
    gone = "2026-03-02T12:00:00+00:00"
    on_air = {"is_origin": True, "host_on_air": True, "viewers": 3, "kbps": 800, "loss_pct": 1.5}
    _post("a", **{str(stream): {"viewers": 2, "host_on_air": True, "kbps": 790}})
    _post("b", **{str(stream): on_air})
    _post("c", **{str(stream): {"viewers": 1, "host_gone_since": gone}})

    (stats,) = EmbeddedEngine().stats(stream_ids=[stream]).values()

    assert (stats.viewers, stats.host_on_air, stats.host_gone_since) == (6, True, None)
    assert (stats.kbps, stats.loss_pct) == (800, 1.5)


def test_a_host_that_is_gone_is_gone_since_some_moment(stream: uuid.UUID) -> None:
    gone = "2026-03-02T12:00:00+00:00"
    _post("a", **{str(stream): {"viewers": 2, "host_gone_since": gone}})

    (stats,) = EmbeddedEngine().stats(stream_ids=[stream, uuid.uuid4()]).values()

    assert stats.host_on_air is False
    assert stats.host_gone_since == datetime.fromisoformat(gone)
