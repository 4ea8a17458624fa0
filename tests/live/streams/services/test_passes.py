from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from backend.accounts.models import User
from backend.core.errors import DomainError, NotFound
from backend.ledger import selectors as ledger
from backend.ledger.errors import InsufficientFunds
from backend.notifications.models import Notification
from live.errors import Suspended
from live.models import Stream, StreamPass
from live.streams import gift_errors as errors
from live.streams import gift_selectors
from live.streams.errors import StreamNotLive
from live.streams.services import passes, streams
from tests import builders
from tests.live.stage import committed
from tests.live.streams.gifting import Room

pytestmark = pytest.mark.django_db
PREMIUM = {"access": "premium", "price_cents": 500}


@pytest.fixture
def room(at: datetime) -> Room:
    return Room(at, **PREMIUM)


def scheduled(room: Room) -> Stream:
    """A premium stream of the same host, three days ahead."""
    room.stream = room.make(title="Next week", scheduled_at=room.now + timedelta(days=3), **PREMIUM)
    return room.stream


def buy(room: Room, client: User | None = None, **more: Any) -> passes.Bought:
    who = client or room.sender
    bought = passes.buy(stream_id=room.stream.id, client=who, at=room.now, **more)
    committed()
    return bought


def cancel(room: Room) -> None:
    streams.cancel(host=room.host, stream_id=room.stream.id, at=room.now)
    committed()


def test_a_door_is_paid_once_and_lets_its_client_in(room: Room) -> None:
    assert not gift_selectors.has_pass(room.sender.pk, room.stream.id)

    first, again = buy(room), buy(room)

    assert (first.is_new, again.is_new) == (True, False)
    assert first.entrance == again.entrance
    assert gift_selectors.has_pass(room.sender.pk, room.stream.id)
    row = room.row()
    assert (row.passes_cents, row.earned_cents, room.earned) == (500, 350, 350)
    assert room.cash() == 9_500
    assert room.send().is_new, "who has paid may give"
    room.assert_sound()


def test_a_door_says_in_the_wallet_what_it_was(room: Room) -> None:
    buy(room)

    row = ledger.activity_of(room.sender.pk)[0]
    assert row.label == f"Entrance to Full moon evening with {room.host.display_name}"


def test_doors_that_cannot_be_paid(room: Room, at: datetime) -> None:
    poor, blocked, frozen = (builders.a_client(cents=499, at=at) for _ in range(3))
    room.host.blocks_made.create(blocked=blocked, created_at=at)
    frozen.frozen_at = at
    frozen.save()
    before = room.everything()

    for who, error in (
        (poor, InsufficientFunds),
        (blocked, NotFound),
        (frozen, Suspended),
        (room.host, errors.OwnStream),
        (builders.a_reader(at=at).user, errors.OnlyClientsGive),
    ):
        with pytest.raises(error):
            buy(room, who)
    with pytest.raises(errors.PriceChanged):
        buy(room, price_cents=499)
    room.end()
    with pytest.raises(StreamNotLive):
        buy(room)
    assert room.everything() == before
    assert not StreamPass.objects.exists()


def test_a_public_stream_has_no_door(at: datetime) -> None:
    with pytest.raises(errors.NothingToPay):
        buy(Room(at))


def test_a_cancelled_stream_gives_every_door_back_once(room: Room) -> None:
    scheduled(room)
    others = [builders.a_client(cents=500, at=room.now) for _ in range(2)]
    for client in (room.sender, *others):
        buy(room, client)
    assert room.row().earned_cents == 1_050

    cancel(room)
    cancel(room)
    passes.refund_due(at=room.now)

    assert [room.cash(client) for client in (room.sender, *others)] == [10_000, 500, 500]
    assert (room.row().passes_cents, room.row().earned_cents, room.earned) == (0, 0, 0)
    assert not gift_selectors.has_pass(room.sender.pk, room.stream.id)
    told = Notification.objects.filter(user=room.sender, title="$5.00 is back in your wallet")
    assert told.count() == 1
    room.assert_sound()


def test_a_stream_that_never_began_gives_every_door_back_a_day_after_its_time(room: Room) -> None:
    due = scheduled(room)
    buy(room)
    room.wait(3 * 86_400 + 86_399)
    assert streams.cancel_overdue(at=room.now) == 0
    room.wait(1)

    assert streams.cancel_overdue(at=room.now) == 1
    assert streams.cancel_overdue(at=room.now) == 0
    committed()

    assert Stream.objects.get(id=due.id).state == "cancelled"
    assert room.cash() == 10_000
    room.assert_sound()


def test_the_sweep_gives_back_what_a_crash_left(room: Room) -> None:
    scheduled(room)
    buy(room)
    streams.cancel(host=room.host, stream_id=room.stream.id, at=room.now)
    connection.run_on_commit = []
    assert room.cash() == 9_500

    assert passes.refund_due(at=room.now) == 1
    assert passes.refund_due(at=room.now) == 0
    assert room.cash() == 10_000
    room.assert_sound()


def test_a_stream_that_runs_gives_nothing_back(room: Room) -> None:
    buy(room)

    passes.refund_all(stream_id=room.stream.id, at=room.now)
    committed()

    assert room.cash() == 9_500


@pytest.mark.parametrize("hours", [0, 3])
def test_a_stream_that_is_over_at_once_gives_every_door_back(room: Room, hours: int) -> None:
    room.stream = room.make(title="Soon", scheduled_at=room.now + timedelta(hours=3), **PREMIUM)
    buy(room)
    Stream.objects.filter(state="live").update(state="ended", ended_at=room.now)
    room.wait(hours * 3_600)
    room.start()
    room.wait(299)
    ended = streams.end_by(user=room.host, stream_id=room.stream.id, at=room.now)
    summary = streams.summary_of(ended)
    assert (summary.passes_cents, summary.earned_cents) == (0, 0)
    committed()

    assert (room.cash(), room.earned, room.row().earned_cents) == (10_000, 0, 0)
    assert Notification.objects.get(user=room.sender).body.startswith("Soon was over too soon")
    assert passes.refund_due(at=room.now) == 0
    room.assert_sound()


def test_a_stream_that_is_over_before_its_time_gives_every_door_back(room: Room) -> None:
    room.stream = room.make(title="Soon", scheduled_at=room.now + timedelta(hours=3), **PREMIUM)
    buy(room)
    Stream.objects.filter(state="live").update(state="ended", ended_at=room.now)
    room.start()
    room.wait(3_600)
    room.end()

    assert room.cash() == 10_000
    room.assert_sound()


def test_a_stream_that_took_place_gives_nothing_back(room: Room) -> None:
    buy(room)
    room.wait(300)
    room.end()

    assert (room.cash(), passes.refund_due(at=room.now)) == (9_500, 0)
    room.assert_sound()


def test_nothing_is_sold_at_the_door_of_a_cancelled_stream(room: Room) -> None:
    scheduled(room)
    cancel(room)
    before = room.everything()

    with pytest.raises(DomainError):
        buy(room)
    assert room.everything() == before


@pytest.mark.django_db(transaction=True)
def test_doors_bought_while_the_stream_is_cancelled_are_given_back_or_never_sold(
    at: datetime,
) -> None:
    room = Room(at, **PREMIUM)
    scheduled(room)
    crowd = [builders.a_client(cents=500, at=at) for _ in range(8)]
    start = Barrier(9)

    def act(number: int) -> object:
        try:
            start.wait(timeout=60)
            if number == 8:
                cancel(room)
                return None
            return passes.buy(stream_id=room.stream.id, client=crowd[number], at=at)
        except DomainError as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(9) as pool:
        list(pool.map(act, range(9)))
    passes.refund_due(at=at)

    assert [room.cash(client) for client in crowd] == [500] * 8
    assert (room.row().passes_cents, room.earned) == (0, 0)
    room.assert_sound()
