"""The bad cases of gifts (money.md §5), by their numbers."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection

from backend.accounts.models import Trace, User
from backend.accounts.services import accounts, traces
from backend.core.errors import DomainError, NotFound
from backend.ledger import movements
from backend.ledger.errors import InsufficientFunds
from backend.realtime import rooms
from live.errors import Suspended
from live.models import Gift, GiftKind
from live.states import State
from live.streams import gift_errors as errors
from live.streams.errors import PassRequired, PutOut, StreamNotLive
from live.streams.services import gifts
from tests import builders
from tests.live.stage import Stage, committed
from tests.live.streams.gifting import Ears, Room

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(at: datetime) -> Room:
    return Room(at)


def race(act: Callable[[int], Any], times: int, at_once: int) -> list[Any]:
    """Run ``act`` so often, so many at once, each with its own connection."""
    start = Barrier(at_once)

    def run(number: int) -> Any:
        try:
            if number < at_once:
                start.wait(timeout=60)
            return act(number)
        except DomainError as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(run, range(times)))


def assert_refused(room: Room, error: type[DomainError], act: Callable[[], object]) -> DomainError:
    """The act is refused, and nothing has moved."""
    before = room.everything()
    with pytest.raises(error) as refused:
        act()
    assert room.everything() == before
    return refused.value


@pytest.mark.django_db(transaction=True)
def test_case_24_of_a_hundred_gifts_at_once_on_money_for_five_exactly_five_are_given(
    at: datetime,
) -> None:
    room = Room(at, cents=5 * 200)
    quote = room.quote("rose")

    answers = race(lambda _: room.send("rose", quote=quote), times=100, at_once=20)

    given = [answer for answer in answers if isinstance(answer, gifts.Sent)]
    assert len(given) == 5
    refused = [answer for answer in answers if not isinstance(answer, gifts.Sent)]
    assert {type(answer) for answer in refused} <= {InsufficientFunds}
    row = room.row()
    assert (room.cash(), room.earned) == (0, 5 * 140)
    assert (row.gifts_count, row.gifts_cents, row.earned_cents) == (5, 1_000, 700)
    room.assert_sound()


@pytest.mark.django_db(transaction=True)
def test_case_24_gifts_of_many_people_at_once_are_all_counted(at: datetime) -> None:
    room = Room(at)
    crowd = [builders.a_client(cents=200, at=at) for _ in range(10)]
    quote = room.quote("rose")

    answers = race(
        lambda n: room.send("rose", sender=crowd[n % 10], quote=quote), times=20, at_once=10
    )

    assert sum(isinstance(answer, gifts.Sent) for answer in answers) == 10
    assert room.row().gifts_cents == 2_000
    room.assert_sound()


def test_case_25_a_gift_resent_after_a_timeout_is_the_same_gift_with_one_animation(
    room: Room,
) -> None:
    ears, gift_id = Ears(rooms.stream(room.stream.id)), uuid4()
    first = room.send("rose", gift_id=gift_id)
    before = room.everything()
    room.wait(60)
    room.end()

    again = room.send("rose", gift_id=gift_id)

    assert (first.is_new, again.is_new) == (True, False)
    assert again.gift == first.gift
    assert room.everything() == before
    assert ears.kinds().count("gift") == 1


@pytest.mark.django_db(transaction=True)
def test_case_25_a_double_tap_is_one_gift(at: datetime) -> None:
    room, gift_id = Room(at), uuid4()
    quote = room.quote("rose")

    answers = race(lambda _: room.send("rose", gift_id=gift_id, quote=quote), 12, at_once=12)

    assert sorted(answer.is_new for answer in answers) == [False] * 11 + [True]
    assert (Gift.objects.count(), room.cash()) == (1, 9_800)
    room.assert_sound()


def test_case_25_an_id_that_stands_for_another_gift_is_refused(room: Room) -> None:
    sent = room.send("rose")
    other = builders.a_client(cents=5_000, at=room.now)

    assert_refused(room, errors.GiftIdReused, lambda: room.send("candle", gift_id=sent.gift.id))
    assert_refused(
        room, errors.GiftIdReused, lambda: room.send("rose", gift_id=sent.gift.id, sender=other)
    )


def test_case_26_a_host_gives_nothing_to_themselves(room: Room) -> None:
    assert_refused(room, errors.OwnStream, lambda: room.send(sender=room.host))


def test_case_26_readers_and_admins_give_nothing(room: Room) -> None:
    reader = builders.a_reader(at=room.now).user
    for somebody in (reader, builders.an_admin()):
        assert_refused(room, errors.OnlyClientsGive, lambda who=somebody: room.send(sender=who))


@pytest.mark.parametrize("kind", [Trace.Kind.DEVICE, Trace.Kind.CARD])
def test_case_26_a_hosts_other_account_gives_nothing(room: Room, kind: str) -> None:
    share_a_trace(room, kind)

    refused = assert_refused(room, errors.CannotGiveHere, room.send)

    assert "account" not in refused.detail, "nobody is told how they were found"


def test_case_26_one_address_for_a_whole_house_is_no_reason(room: Room) -> None:
    share_a_trace(room, Trace.Kind.ADDRESS)

    assert room.send().is_new


def test_case_26_an_ended_stream_takes_nothing(room: Room) -> None:
    quote = room.quote()
    room.end()

    assert_refused(room, StreamNotLive, lambda: room.send(quote=quote))


def test_case_26_a_frozen_hosts_stream_takes_nothing(room: Room) -> None:
    freeze(room, room.host)

    assert_refused(room, StreamNotLive, room.send)


def test_case_26_a_frozen_sender_gives_nothing(room: Room) -> None:
    freeze(room, room.sender)

    assert_refused(room, Suspended, room.send)


def test_case_26_who_was_put_out_or_blocked_gives_nothing(room: Room) -> None:
    blocked = builders.a_client(cents=1_000, at=room.now)
    room.host.blocks_made.create(blocked=blocked, created_at=room.now)
    room.stream.silences.create(
        user=room.sender, kind="put_out", by=room.host, at=room.now, until=None
    )

    assert_refused(room, PutOut, room.send)
    assert_refused(room, NotFound, lambda: room.send(sender=blocked))


def test_case_26_who_was_not_let_in_gives_nothing(at: datetime) -> None:
    private = Room(at, access="private")
    assert_refused(private, NotFound, private.send)

    premium = Room(at, access="premium", price_cents=500)
    assert_refused(premium, PassRequired, premium.send)


def test_case_27_money_held_for_a_running_reading_is_out_of_reach(at: datetime) -> None:
    room = Room(at, cents=1_500)
    reading = in_a_reading(room, rate=400)
    held = reading.held
    assert (held, room.cash()) == (800, 700)

    refused = assert_refused(room, InsufficientFunds, lambda: room.send("the-star"))

    assert refused.extra["needed_cents"] == 800
    assert refused.extra["available_cents"] == 700
    assert refused.extra["top_up_url"] == f"/wallet/?next=%2Flive%2F{room.stream.id}%2F"
    assert reading.held == held

    room.send("moonflower")
    assert (reading.held, room.cash()) == (800, 200)
    assert reading.row().state == State.ACTIVE
    room.assert_sound()


def test_case_27_a_gift_shortens_the_reading_and_warns_in_time(at: datetime) -> None:
    room = Room(at, cents=2_000)
    reading = in_a_reading(room, rate=400)
    funded = reading.row().funded_s
    ears = Ears(rooms.session(reading.session.id))

    room.send("crystal")

    row = reading.row()
    assert (funded, row.funded_s) == (300, 150)
    assert row.next_due_at == at + timedelta(seconds=30), "two minutes before the money ends"
    assert ("balance-updated", {"available_cents": 200}) in ears.heard()

    room.send("feather")
    assert reading.row().funded_s == 135
    room.send("feather")
    assert "balance-low" in ears.kinds()
    reading.run(120)
    assert reading.row().state == State.PAUSED
    reading.assert_sound()


def test_case_28_a_price_that_changed_is_charged_as_it_was_shown(room: Room) -> None:
    shown = room.quote("rose")
    GiftKind.objects.filter(code="rose").update(price_cents=350)

    sent = room.send("rose", quote=shown)

    assert (sent.gift.price_cents, room.cash()) == (200, 9_800)
    assert room.send("rose").gift.price_cents == 350
    room.assert_sound()


def test_case_28_a_quote_that_ran_out_is_answered_with_a_new_one(room: Room) -> None:
    shown = room.quote("rose")
    GiftKind.objects.filter(code="rose").update(price_cents=350)
    room.wait(settings.GIFT_QUOTE_SECONDS)

    refused = assert_refused(room, errors.PriceChanged, lambda: room.send("rose", quote=shown))

    assert (refused.status, refused.code) == (409, "price_changed")
    assert refused.extra["price_cents"] == 350
    assert room.send("rose", quote=refused.extra["quote"]).gift.price_cents == 350


def test_case_28_a_quote_for_something_else_or_of_ones_own_making_is_refused(room: Room) -> None:
    cheap = room.quote("candle")

    for forged in (cheap, f"{room.quote('rose')}x", "1", "."):
        assert_refused(
            room, errors.PriceChanged, lambda quote=forged: room.send("eclipse", quote=quote)
        )


def test_case_28_what_was_taken_out_of_the_catalogue_is_not_sold(room: Room) -> None:
    quote = room.quote("rose")
    GiftKind.objects.filter(code="rose").update(is_offered=False)

    assert_refused(room, errors.GiftNotOffered, lambda: room.send("rose", quote=quote))


def test_case_30_promotional_credit_is_no_gift(at: datetime) -> None:
    room = Room(at, cents=0)
    movements.grant_promo(
        client=room.sender,
        grant_id=uuid4(),
        cents=5_000,
        expires_at=at + timedelta(days=1),
        at=at,
    )

    refused = assert_refused(room, InsufficientFunds, room.send)

    assert refused.extra["available_cents"] == 0


def share_a_trace(room: Room, kind: str) -> None:
    for person in (room.host, room.sender):
        traces.note(user_id=person.pk, seen={str(kind): "203.0.113.7"}, at=room.now)


def freeze(room: Room, person: User) -> None:
    accounts.freeze(user_id=person.pk, at=room.now)
    committed()


def in_a_reading(room: Room, *, rate: int) -> Stage:
    """The viewer of the room in a reading with another reader, its meter running."""
    reading = Stage.__new__(Stage)
    reading.now = reading.start = room.now
    reading.client = room.sender
    reading.profile = builders.a_reader(at=room.now, rates=(rate, rate, rate))
    reading.reader = reading.profile.user
    committed()
    reading.connect()
    return reading
