"""Who may know of what, and how lists are read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from backend.accounts.services import accounts
from backend.core.errors import NotFound
from live.models import Stream
from live.streams import selectors
from live.streams.services import streams
from tests.live.stage import committed
from tests.live.streams.stage import Studio

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_a_list_asks_the_same_few_questions_however_long_it_is(
    at: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(4):
        Studio(at, title=f"Evening {number}").start()
    viewer = Studio(at).viewer()
    with django_assert_max_num_queries(2):
        cards = selectors.live_now(12, viewer)

    assert len(cards) == 4
    assert all(card.host.slug for card in cards)


def test_the_fullest_rooms_come_first_and_the_soonest_streams(at: Any) -> None:
    quiet, full = Studio(at, title="Quiet"), Studio(at, title="Full")
    for studio, viewers in ((quiet, 1), (full, 9)):
        studio.start()
        Stream.objects.filter(pk=studio.stream.pk).update(viewers_now=viewers)
    quiet.make(title="Later", scheduled_at=at + 2 * HOUR)
    full.make(title="Soon", scheduled_at=at + HOUR)

    assert [card.title for card in selectors.live_now()] == ["Full", "Quiet"]
    assert [card.title for card in selectors.upcoming(9, None, at)] == ["Soon", "Later"]
    assert [card.title for card in selectors.upcoming(9, None, at + 2 * HOUR)] == ["Later"]
    assert selectors.upcoming(9, None, at + 3 * HOUR) == []


def test_a_suspended_host_s_streams_are_hidden_from_all_others(at: Any) -> None:
    studio = Studio(at, scheduled_at=at + HOUR)
    viewer = studio.viewer()
    assert selectors.stream_of(viewer, studio.stream.id)
    accounts.freeze(user_id=studio.host.pk, at=at)
    committed()

    for stranger in (viewer, None):
        with pytest.raises(NotFound):
            selectors.stream_of(stranger, studio.stream.id)
    assert selectors.upcoming(9, viewer, at) == []


def test_what_never_began_is_called_off_a_day_later(at: Any) -> None:
    studio = Studio(at, scheduled_at=at + HOUR)
    draft = studio.make(title="A draft")
    assert streams.cancel_overdue(at=at + 24 * HOUR) == 0
    assert streams.cancel_overdue(at=at + 25 * HOUR) == 1

    assert studio.row().state == "cancelled"
    assert Stream.objects.get(pk=draft.pk).state == "scheduled"
