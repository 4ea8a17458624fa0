from __future__ import annotations

from datetime import datetime

import pytest

from backend.core import redis
from backend.realtime import rooms
from live.streams import tasks
from live.streams.services import leaderboards
from tests import builders
from tests.live.stage import committed
from tests.live.streams.gifting import Ears, Room

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(at: datetime) -> Room:
    return Room(at)


def test_a_burst_of_gifts_is_told_at_once_and_then_by_the_sweep(room: Room) -> None:
    ears = Ears(rooms.stream(room.stream.id))
    for _ in range(5):
        room.send("candle")
    assert ears.kinds() == ["gift", "leaderboard", "gift", "gift", "gift", "gift"]

    assert leaderboards.tell_due() == 1
    assert leaderboards.tell_due() == 0
    committed()

    assert [data["total_cents"] for _, data in ears.heard()] == [250]


def test_the_sweep_of_the_rooms_tells_what_was_put_off(room: Room) -> None:
    room.send("candle")
    room.send("candle")
    ears = Ears(rooms.stream(room.stream.id))

    tasks.sweep_rooms()
    committed()

    told = [data["total_cents"] for kind, data in ears.heard() if kind == "leaderboard"]
    assert told == [100]


def test_the_next_gift_tells_what_was_put_off(room: Room) -> None:
    room.send("candle")
    room.send("candle")
    redis.client().delete(redis.key("board-told", room.stream.id))
    ears = Ears(rooms.stream(room.stream.id))

    room.send("candle")

    assert ears.kinds() == ["gift", "leaderboard"]
    assert leaderboards.tell_due() == 0


def test_rooms_do_not_wait_for_each_other(room: Room, at: datetime) -> None:
    other = Room(at)
    ears = Ears(rooms.stream(other.stream.id))
    room.send("candle")

    other.send("candle")

    assert ears.kinds() == ["gift", "leaderboard"]


def test_a_gift_that_was_not_paid_changes_no_leaderboard(room: Room) -> None:
    ears = Ears(rooms.stream(room.stream.id))
    poor = builders.a_client(at=room.now)

    with pytest.raises(Exception, match="not enough money"):
        room.send("candle", sender=poor)

    assert ears.kinds() == []
    assert leaderboards.tell_due() == 0
