from __future__ import annotations

from contextlib import suppress
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from backend.accounts.models import User
from backend.core.errors import TooMany
from backend.ledger.errors import InsufficientFunds
from backend.ledger.split import split
from backend.realtime import rooms
from live.models import Gift
from live.streams import gift_selectors
from live.streams.catalogue import CATALOGUE
from live.streams.gift_errors import GiftLimitReached
from live.streams.services import gift_limits
from tests import builders
from tests.live.streams.gifting import Ears, Room

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(at: datetime) -> Room:
    return Room(at)


def test_a_gift_is_shared_counted_and_told(room: Room) -> None:
    ears = Ears(rooms.stream(room.stream.id), rooms.user(room.sender.pk))

    sent = room.send("rose")

    row = room.row()
    assert (room.cash(), room.earned) == (9_800, 140)
    assert (row.gifts_count, row.gifts_cents, row.earned_cents) == (1, 200, 140)
    told = dict(ears.heard())
    assert told["gift"]["id"] == str(sent.gift.id)
    assert told["gift"]["gift"]["name"] == "Rose"
    assert told["gift"]["sender_name"] == room.sender.display_name
    assert told["gift"]["total_cents"] == 200
    assert told["leaderboard"]["total_cents"] == 200
    assert told["balance-updated"] == {"available_cents": 9_800}
    room.assert_sound()


def test_whoever_wants_no_name_has_none_anywhere(room: Room) -> None:
    ears = Ears(rooms.stream(room.stream.id))

    room.send("rose", anonymous=True)

    said = str(ears.heard())
    assert "'sender_name': 'Anonymous'" in said
    assert room.sender.display_name not in said
    assert str(room.sender.pk) not in said


def test_equal_gifts_in_a_row_make_a_combo(room: Room) -> None:
    combos = []
    for code, wait in (("rose", 0), ("rose", 9), ("candle", 0), ("rose", 9), ("rose", 10)):
        room.wait(wait)
        combos.append(room.send(code).gift.combo)
    other = builders.a_client(cents=1_000, at=room.now)

    assert combos == [1, 2, 1, 3, 1]
    assert room.send("rose", sender=other).gift.combo == 1
    assert room.send("rose", anonymous=True).gift.combo == 1, "a combo would give a name away"


def test_thirty_gifts_in_a_minute_are_enough(room: Room) -> None:
    for _ in range(30):
        room.send("candle")
        room.wait(1)
    before = room.everything()

    with pytest.raises(TooMany) as refused:
        room.send("candle")

    assert refused.value.retry_after == 30
    assert room.everything() == before
    room.wait(30)
    assert room.send("candle").is_new


def test_nobody_gives_more_than_they_wished(room: Room) -> None:
    gift_limits.change(client=room.sender, cents=500, at=room.now)
    room.send("rose")
    room.send("rose")
    before = room.everything()

    with pytest.raises(GiftLimitReached) as refused:
        room.send("rose")

    assert refused.value.extra == {"limit_cents": 500, "given_cents": 400, "left_cents": 100}
    assert room.everything() == before
    assert room.send("feather").is_new
    room.wait(24 * 3_600)
    assert room.send("moonflower").is_new


def test_a_limit_falls_at_once_and_rises_a_day_after_it_was_first_asked(room: Room) -> None:
    def limit() -> int | None:
        return gift_selectors.limit_of(room.sender.pk, at=room.now)

    def ask(cents: int | None) -> None:
        gift_limits.change(client=room.sender, cents=cents, at=room.now)

    ask(1_000)
    assert limit() == 1_000
    ask(5_000)
    assert limit() == 1_000
    room.wait(20 * 3_600)
    ask(5_000)
    room.wait(4 * 3_600)
    assert limit() == 5_000
    ask(None)
    ask(300)
    assert limit() == 300
    room.wait(48 * 3_600)
    assert limit() == 300, "falling takes a rise back that was under way"


def test_the_latest_gifts_are_shown_as_they_were_told(room: Room) -> None:
    ears = Ears(rooms.stream(room.stream.id))
    for code in ("rose", "candle", "feather"):
        room.send(code)
        room.wait(1)
    told = [data for kind, data in ears.heard() if kind == "gift"]

    shown = gift_selectors.latest_gifts(room.stream.id)

    assert [str(gift.id) for gift in shown] == [gift["id"] for gift in told]
    assert [gift.total_cents for gift in shown] == [200, 250, 350]


def test_the_goal_moves_with_the_gifts(at: datetime) -> None:
    room = Room(at, goal_title="A new lamp", goal_cents=1_000)
    room.send("rose")

    board = gift_selectors.board(room.row())

    assert board.goal == {"title": "A new lamp", "cents": 1_000, "reached_cents": 200}


_GIVEN = st.lists(
    st.tuples(
        st.integers(min_value=0, max_value=3),
        st.sampled_from([gift.code for gift in CATALOGUE]),
        st.booleans(),
    ),
    max_size=15,
)


@hypothesis_settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(_GIVEN)
def test_the_leaderboard_is_the_ledger_whatever_is_given(
    at: datetime, given_gifts: list[tuple[int, str, bool]]
) -> None:
    room = Room(at, cents=0)
    crowd: list[User] = [builders.a_client(cents=4_000 * n, at=at) for n in range(4)]
    paid: list[Gift] = []
    for who, code, anonymous in given_gifts:
        with suppress(InsufficientFunds):
            paid.append(room.send(code, sender=crowd[who], anonymous=anonymous).gift)

    row, board = room.row(), gift_selectors.board(room.row())
    total = sum(gift.price_cents for gift in paid)
    assert board.total_cents == row.gifts_cents == total
    assert sum(place["total_cents"] for place in board.rows) == total
    assert row.earned_cents == room.earned
    assert room.earned == sum(split(gift.price_cents).reader_cents for gift in paid)
    assert sum(map(room.cash, crowd)) == 24_000 - total
    room.assert_sound()


def test_only_ten_places_are_shown_and_everything_is_counted(room: Room) -> None:
    for n in range(12):
        room.send("candle" if n else "rose", sender=builders.a_client(cents=500, at=room.now))
    room.send("moonflower", anonymous=True)

    board = gift_selectors.board(room.row())

    assert [place["place"] for place in board.rows] == list(range(1, 11))
    assert board.rows[0]["name"] == "Anonymous"
    assert board.total_cents == 500 + 200 + 11 * 50
    mine = gift_selectors.own_place(room.sender.pk, Gift.objects.filter(stream=room.stream))
    assert (mine.place, mine.total_cents, mine.anonymous_cents) == (None, 0, 500)
