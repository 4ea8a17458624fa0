"""Publishing: after the commit, never instead of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
import redis as redis_py
from django.db import transaction
from pytest_django import Settings

from backend.core import redis
from backend.core.ids import uuid7
from backend.realtime import events, parcels, rooms
from backend.realtime.publish import publish, publish_all

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room() -> str:
    return rooms.session(uuid7())


@pytest.fixture
def subscription(room: str) -> Iterator[redis_py.client.PubSub]:
    with redis.client().pubsub(ignore_subscribe_messages=True) as listening:
        listening.subscribe(rooms.channel(room))
        listening.get_message(timeout=5)
        yield listening


def heard(subscription: redis_py.client.PubSub) -> list[tuple[str, dict[str, Any]]]:
    """Everything that has arrived: (audience, frame)."""
    found = []
    while message := subscription.get_message(timeout=0.2):
        parcel = parcels.unpack(message["data"])
        found.append((parcel.audience, orjson.loads(parcel.body)))
    return found


def test_an_event_waits_for_the_commit(room: str, subscription: redis_py.client.PubSub) -> None:
    with transaction.atomic():
        publish(events.BalanceLow(60), to=room)
        assert heard(subscription) == []

    ((audience, frame),) = heard(subscription)
    assert audience == "*"
    assert frame["type"] == "balance-low"
    assert frame["data"] == {"seconds_left": 60}


def test_what_is_rolled_back_is_never_said(room: str, subscription: redis_py.client.PubSub) -> None:
    class Oops(Exception):
        pass

    def say_and_fail() -> None:
        with transaction.atomic():
            publish(events.BalanceLow(60), to=room)
            raise Oops

    with pytest.raises(Oops):
        say_and_fail()

    assert heard(subscription) == []


def test_many_events_keep_their_order_and_their_sides(
    room: str, subscription: redis_py.client.PubSub
) -> None:
    publish_all(
        [
            (events.BalanceLow(120), room, None),
            (events.BalanceLow(60), room, "client"),
            (events.BalanceLow(30), room, "reader"),
        ]
    )
    publish_all([])

    said = heard(subscription)
    assert [audience for audience, _ in said] == ["*", "c", "r"]
    assert [frame["data"]["seconds_left"] for _, frame in said] == [120, 60, 30]


def test_a_dead_redis_is_survived_without_a_wait(room: str, settings: Settings) -> None:
    settings.REDIS_URL = "unix:///nowhere.sock"
    redis.client.cache_clear()
    began = time.monotonic()
    try:
        with transaction.atomic():
            publish(events.BalanceLow(60), to=room)
    finally:
        redis.client.cache_clear()

    assert time.monotonic() - began < 1
