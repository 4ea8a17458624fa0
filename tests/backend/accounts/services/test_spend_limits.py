"""A client's own spend limits: they fall at once and rise a day later."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from backend.accounts.models import SpendLimit
from backend.accounts.services import spend_limits
from tests import builders

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_a_first_limit_and_a_lower_one_hold_at_once(at: datetime) -> None:
    client = builders.a_client(at=at)
    for cents in (5_000, 1_000, 0):
        row = spend_limits.change(client=client, span="week", cents=cents, at=at)
        assert row.at(at) == cents
    assert SpendLimit.objects.count() == 1


@pytest.mark.parametrize("cents", [6_000, None])
def test_a_higher_one_or_none_holds_a_day_later(at: datetime, cents: int | None) -> None:
    client = builders.a_client(at=at)
    spend_limits.change(client=client, span="day", cents=5_000, at=at)
    spend_limits.change(client=client, span="day", cents=cents, at=at)
    asked_again = at + timedelta(hours=20)
    row = spend_limits.change(client=client, span="day", cents=cents, at=asked_again)

    assert row.at(at + DAY - timedelta(seconds=1)) == 5_000
    assert row.at(at + DAY) == cents


def test_a_fall_takes_a_rise_back(at: datetime) -> None:
    client = builders.a_client(at=at)
    for cents in (5_000, 9_000, 4_000):
        row = spend_limits.change(client=client, span="month", cents=cents, at=at)

    assert (row.at(at), row.at(at + 2 * DAY)) == (4_000, 4_000)
