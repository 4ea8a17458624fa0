"""Presence: who has a page open."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from backend.core.ids import uuid7
from backend.realtime import presence

FRESH = timedelta(seconds=settings.PRESENCE_SECONDS)
MOMENT = timedelta(milliseconds=1)


def test_a_user_is_here_for_fifteen_seconds_after_a_beat(at: datetime) -> None:
    user_id, stranger = uuid7(), uuid7()
    presence.beat(user_id, at)

    assert presence.fresh([user_id, stranger], at + FRESH) == {user_id}
    assert presence.fresh([user_id], at + FRESH + MOMENT) == set()
    assert presence.all_fresh(at + FRESH) == {user_id}
    assert presence.all_fresh(at + FRESH + MOMENT) == set()
    assert presence.last_seen([user_id, stranger]) == {user_id: at}


def test_a_beat_is_stamped_by_redis_when_no_time_is_given() -> None:
    user_id = uuid7()
    stamped = presence.beat(user_id)

    assert presence.last_seen([user_id]) == {user_id: stamped}


def test_who_was_last_here_days_ago_is_forgotten(at: datetime) -> None:
    user_id = uuid7()
    presence.beat(user_id, at)
    presence.all_fresh(at + timedelta(days=2))

    assert presence.last_seen([user_id]) == {}
    assert presence.fresh([], at) == set()


def test_who_is_signed_out_is_gone_at_once(at: datetime) -> None:
    user_id = uuid7()
    presence.beat(user_id, at)
    presence.forget(user_id)

    assert presence.all_fresh(at) == set()
