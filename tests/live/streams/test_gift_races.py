"""What happens when gifts meet: each other, the end of the stream, a lower limit, a reading."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from backend.core.errors import DomainError, IllegalMove, TooMany
from backend.ledger import movements
from backend.ledger import selectors as ledger
from backend.ledger.errors import InsufficientFunds
from live.models import Gift, StreamPass
from live.streams import gift_selectors
from live.streams.errors import StreamNotLive
from live.streams.gift_errors import GiftLimitReached
from live.streams.services import details, gift_limits, gifts, passes
from tests import builders
from tests.live.streams.gifting import Room
from tests.live.streams.stage import Studio

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run these together, each with its own connection: answers and refusals."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            start.wait(timeout=60)
            return act()
        except DomainError as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def at_once_elsewhere(act: Callable[[], Any]) -> None:
    """Run this on another connection and wait for it."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(at_once, act).result(timeout=60)


def until_somebody_waits() -> None:
    """Return once another connection of this database stands before a lock."""
    for _ in range(600):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits")


def sent(answers: list[Any]) -> list[gifts.Sent]:
    return [answer for answer in answers if isinstance(answer, gifts.Sent)]


def refusals(answers: list[Any]) -> set[type]:
    return {type(answer) for answer in answers if isinstance(answer, DomainError)}


def test_a_limit_holds_when_gifts_race_for_what_is_left_of_it(at: datetime) -> None:
    room = Room(at)
    gift_limits.change(client=room.sender, cents=1_000, at=at)
    quote = room.quote("rose")

    answers = at_once(*[lambda: room.send("rose", quote=quote)] * 12)

    assert len(sent(answers)) == 5
    assert refusals(answers) == {GiftLimitReached}
    assert gift_selectors.given_in_a_day(room.sender.pk, at=at) == 1_000
    room.assert_sound()


def test_racing_gifts_are_numbered_in_their_combo(at: datetime) -> None:
    room = Room(at)
    quote = room.quote("candle")

    at_once(*[lambda: room.send("candle", quote=quote)] * 8)

    combos = Gift.objects.order_by("combo").values_list("combo", flat=True)
    assert list(combos) == [1, 2, 3, 4, 5, 6, 7, 8]


def test_thirty_of_forty_racing_gifts_are_enough(at: datetime) -> None:
    room = Room(at)
    quote = room.quote("candle")

    answers = [
        answer
        for _ in range(4)
        for answer in at_once(*[lambda: room.send("candle", quote=quote)] * 10)
    ]

    assert len(sent(answers)) == 30
    assert refusals(answers) == {TooMany}


def test_gifts_that_meet_the_end_of_the_stream_are_counted_or_refused(at: datetime) -> None:
    room = Room(at)
    crowd = [builders.a_client(cents=200, at=at) for _ in range(10)]
    quote = room.quote("rose")

    answers = at_once(
        *[lambda who=who: room.send("rose", sender=who, quote=quote) for who in crowd[:5]],
        room.end,
        *[lambda who=who: room.send("rose", sender=who, quote=quote) for who in crowd[5:]],
    )

    row = room.row()
    assert refusals(answers) <= {StreamNotLive}
    assert row.state == "ended"
    assert row.gifts_count == len(sent(answers))
    assert sum(map(room.cash, crowd)) == 2_000 - row.gifts_cents
    room.assert_sound()


def test_a_gift_that_was_let_in_before_the_end_is_refused_after_it(at: datetime) -> None:
    room = Room(at)
    quote = room.quote("rose")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            movements.lock_funds([], [room.host.pk])  # the gift is let in, and waits here
            waiting = pool.submit(at_once, lambda: room.send("rose", quote=quote))
            until_somebody_waits()
            at_once_elsewhere(room.end)
        [answer] = waiting.result(timeout=60)

    assert isinstance(answer, StreamNotLive)
    assert (room.cash(), room.earned, Gift.objects.count()) == (10_000, 0, 0)
    room.assert_sound()


def test_a_door_is_not_sold_for_a_time_that_has_just_changed(at: datetime) -> None:
    soon, late = at + timedelta(hours=1), at + timedelta(days=90)
    studio = Studio(at, access="premium", price_cents=1_000, scheduled_at=soon)
    this, client = {"stream_id": studio.stream.id, "at": at}, builders.a_client(cents=1_000, at=at)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            movements.lock_funds([], [studio.host.pk])  # the client has seen the time, and waits
            waiting = pool.submit(at_once, lambda: passes.buy(client=client, **this))
            until_somebody_waits()
            wishes = {"scheduled_at": late}
            at_once_elsewhere(lambda: details.change(host=studio.host, wishes=wishes, **this))
        [answer] = waiting.result(timeout=60)

    assert isinstance(answer, IllegalMove)
    assert studio.row().scheduled_at == late
    assert ledger.balance_of(client.pk).cash_cents == 1_000
    assert not StreamPass.objects.exists()


def test_gifts_to_two_hosts_share_one_wallet(at: datetime) -> None:
    rooms = Room(at, cents=1_000), Room(at)
    quote = rooms[0].quote("rose")
    sender = rooms[0].sender

    answers = at_once(
        *[
            lambda room=room: room.send("rose", sender=sender, quote=quote)
            for room in rooms
            for _ in range(6)
        ]
    )

    assert len(sent(answers)) == 5
    assert refusals(answers) == {InsufficientFunds}
    assert sum(room.row().gifts_cents for room in rooms) == 1_000
    rooms[0].assert_sound()
