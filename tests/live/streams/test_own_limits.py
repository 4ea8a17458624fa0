"""A client's own spend limits and self-exclusion, where money would leave in a live room."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from backend.accounts.exclusions import SelfExcluded
from backend.accounts.services import exclusions, spend_limits
from backend.ledger import spending
from backend.ledger.errors import SpendLimitReached
from live.streams.services import gifts
from tests.live.streams.gifting import Room
from tests.live.streams.test_gift_cases import assert_refused, race

pytestmark = pytest.mark.django_db


def test_gifts_stop_at_the_limit_and_go_on_a_day_later(at: datetime) -> None:
    room = Room(at)
    spend_limits.change(client=room.sender, span="day", cents=500, at=at)
    for _ in range(2):
        room.send("rose")
    refused = assert_refused(room, SpendLimitReached, lambda: room.send("rose"))

    assert (refused.extra["left_cents"], refused.extra["span"]) == (100, "day")
    assert spending.room_of(room.sender.pk, at=at + timedelta(hours=24)).cents == 500


def test_whoever_excluded_themselves_gives_nothing(at: datetime) -> None:
    room = Room(at)
    exclusions.begin(user=room.sender, days=30, at=at)

    assert_refused(room, SelfExcluded, lambda: room.send("rose"))


@pytest.mark.django_db(transaction=True)
def test_of_ten_gifts_at_once_only_as_many_pass_as_the_limit_allows(at: datetime) -> None:
    room = Room(at)
    spend_limits.change(client=room.sender, span="week", cents=700, at=at)
    quote = room.quote("rose")

    answers = race(lambda _: room.send("rose", quote=quote), times=10, at_once=10)

    assert sum(isinstance(answer, gifts.Sent) for answer in answers) == 3
    refused = [answer for answer in answers if not isinstance(answer, gifts.Sent)]
    assert {type(answer) for answer in refused} == {SpendLimitReached}
    assert spending.room_of(room.sender.pk, at=at).spent_cents == 600
