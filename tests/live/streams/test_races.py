"""Races of live rooms on a real PostgreSQL: threads, each with a connection of its own."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import pytest

from live.models import Stream, StreamMessage
from live.ports import Grant
from live.stream_states import EndReason, StreamState
from live.streams.services import chats, details, moderation, streams
from tests.live.streams.stage import Studio
from tests.live.test_races import race

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4


def test_of_two_rooms_of_one_host_that_start_at_once_one_is_live(at: datetime) -> None:
    for number in range(ROUNDS):
        studio = Studio(at)
        other = studio.make(title="Another")
        go = partial(streams.start, host=studio.host, at=at)
        answers = race(
            partial(go, stream_id=studio.stream.id),
            partial(go, stream_id=other.id),
            partial(go, stream_id=studio.stream.id),
        )
        live = Stream.objects.filter(host=studio.host, state=StreamState.LIVE)
        assert live.count() == 1, f"round {number}"
        assert live.get().version == 2
        refused = [one for one in answers if not isinstance(one, Grant)]
        assert {one.code for one in refused} <= {"already_live"}


def test_an_end_and_a_start_leave_one_truth(at: datetime) -> None:
    for _ in range(ROUNDS):
        studio = Studio(at)
        studio.start()
        this = {"stream_id": studio.stream.id, "at": at}
        race(
            partial(streams.start, host=studio.host, **this),
            partial(streams.end, reason=EndReason.HOST, **this),
            partial(streams.end, reason=EndReason.ADMIN, **this),
        )
        row = studio.row()
        assert (row.state, row.version, row.ended_at) == (StreamState.ENDED, 3, at)


def test_a_cancelled_stream_does_not_start(at: datetime) -> None:
    for _ in range(ROUNDS):
        studio = Studio(at)
        this = {"host": studio.host, "stream_id": studio.stream.id, "at": at}
        race(partial(streams.start, **this), partial(streams.cancel, **this))
        row = studio.row()
        assert row.state in (StreamState.LIVE, StreamState.CANCELLED)
        assert row.version == 2
        Stream.objects.filter(host=studio.host, state="live").update(
            state="ended", ended_at=at, end_reason="host"
        )


def test_one_key_from_many_pages_is_one_message_and_slow_mode_holds(at: datetime) -> None:
    studio = Studio(at, slow_mode_s=30)
    studio.start()
    viewer = studio.viewer()
    say = partial(chats.send, stream_id=studio.stream.id, sender_id=viewer.pk, at=at)
    race(*[partial(say, key="same", text="Hello")] * 4)
    race(*[partial(say, key=f"k{n}", text="Hello") for n in range(4)])

    assert StreamMessage.objects.filter(stream=studio.stream).count() == 1


def test_a_change_and_a_start_keep_the_door_s_price(at: datetime) -> None:
    for _ in range(ROUNDS):
        studio = Studio(at, access="premium", price_cents=500)
        this = {"host": studio.host, "stream_id": studio.stream.id, "at": at}
        race(
            partial(streams.start, **this),
            partial(details.change, wishes={"price_cents": 900}, **this),
        )
        row = studio.row()
        assert row.is_live
        assert row.price_cents in (500, 900)
        studio.end()


def test_a_message_that_is_removed_is_not_pinned(at: datetime) -> None:
    for number in range(ROUNDS):
        studio = Studio(at)
        studio.start()
        this = {"stream_id": studio.stream.id, "at": at}
        message = chats.send(sender_id=studio.viewer().pk, key="k", text="Hello", **this)
        act = {"by": studio.host, "message_id": message.id, **this}
        race(partial(moderation.pin, **act), partial(moderation.remove, **act))
        assert studio.row().pinned is None, f"round {number}"
