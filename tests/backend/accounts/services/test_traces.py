"""Traces are kept as keyed hashes, seldom written, and forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from backend.accounts import selectors
from backend.accounts.models import Trace
from backend.accounts.services import traces
from tests import builders

HOUR = timedelta(hours=1)


def test_nothing_is_kept_in_clear_and_the_hash_needs_our_key(
    db: None, at: datetime, settings: Any
) -> None:
    maya = builders.a_client(at=at)
    traces.note(user_id=maya.pk, seen={"card": "fp_0815", "address": "81.2.69.142"}, at=at)

    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM accounts_trace t")
        (kept,) = cursor.fetchone()
    assert b"fp_0815".hex() not in kept
    assert b"81.2.69".hex() not in kept
    before = traces.digest("card", "fp_0815")
    settings.SECRET_KEY = "another-key-of-thirty-two-bytes-or-more"
    assert traces.digest("card", "fp_0815") != before != traces.digest("device", "fp_0815")


def test_a_trace_is_written_at_most_once_an_hour(db: None, at: datetime) -> None:
    maya = builders.a_client(at=at)
    for minutes in (0, 30, 59, 60, 90, 10):
        traces.note(user_id=maya.pk, seen={"device": "d"}, at=at + timedelta(minutes=minutes))

    trace = Trace.objects.get()
    assert (trace.first_seen_at, trace.last_seen_at) == (at, at + HOUR)


def test_one_person_has_so_many_traces_and_no_more(
    db: None, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(traces, "TRACES_MAX", 2)
    maya = builders.a_client(at=at)
    for device in "abc":
        traces.note(user_id=maya.pk, seen={"device": device}, at=at)
    traces.note(user_id=maya.pk, seen={"device": "a"}, at=at + HOUR)

    assert sorted(Trace.objects.values_list("last_seen_at", flat=True)) == [at, at + HOUR]


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("81.2.69.142", "81.2.69.142"),
        ("::ffff:81.2.69.142", "81.2.69.142"),
        ("2a02:8108:1:2:aaaa::1", "2a02:8108:1:2::/64"),
        ("2a02:8108:1:2:bbbb::9", "2a02:8108:1:2::/64"),
        ("10.1.2.3", ""),
        ("127.0.0.1", ""),
        ("fe80::1", ""),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_an_address_stands_for_one_line_or_for_nothing(address: str, kept: str) -> None:
    assert traces.household(address) == kept


def test_what_is_old_is_forgotten(db: None, at: datetime, settings: Any) -> None:
    settings.TRACE_DAYS = 180
    maya = builders.a_client(at=at)
    traces.note(user_id=maya.pk, seen={"device": "old"}, at=at)
    traces.note(user_id=maya.pk, seen={"device": "new"}, at=at + timedelta(days=1))

    assert traces.forget_old(at=at + timedelta(days=180, hours=1)) == 1
    assert Trace.objects.get().first_seen_at == at + timedelta(days=1)


def test_two_people_are_linked_by_what_they_share(
    db: None, at: datetime, django_assert_num_queries: Any
) -> None:
    maya, ana, zoe = (builders.a_client(at=at) for _ in range(3))
    for person in (maya, ana):
        traces.note(user_id=person.pk, seen={"device": "d", "address": "81.2.69.142"}, at=at)
    traces.note(user_id=zoe.pk, seen={"device": "z", "address": "81.2.69.142"}, at=at)

    with django_assert_num_queries(1):
        assert selectors.linked(maya.pk, ana.pk) == {"device", "address"}
    assert selectors.linked(zoe.pk, maya.pk) == {"address"}
    assert selectors.linked(maya.pk, builders.a_client(at=at).pk) == frozenset()
