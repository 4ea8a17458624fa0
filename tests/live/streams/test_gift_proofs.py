from __future__ import annotations

from datetime import datetime

import pytest
from django.db.models import F

from backend.ledger import audit
from live.models import Gift, Stream, StreamPass
from live.streams.services import passes
from tests.live.streams.gifting import Room

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(at: datetime) -> Room:
    """A premium room with a paid door and two gifts."""
    room = Room(at, access="premium", price_cents=500)
    passes.buy(stream_id=room.stream.id, client=room.sender, at=at)
    room.send("rose")
    room.send("candle", anonymous=True)
    room.assert_sound()
    return room


def found(room: Room) -> set[str]:
    return {finding.proof for finding in audit.proofs(room.now)}


@pytest.mark.parametrize("counter", ["gifts_count", "gifts_cents", "passes_cents"])
def test_a_counter_that_went_astray_is_found(room: Room, counter: str) -> None:
    Stream.objects.filter(id=room.stream.id).update(**{counter: F(counter) + 1})

    assert found(room) == {"a stream counts what it was given"}


def test_earnings_that_went_astray_are_found(room: Room) -> None:
    Stream.objects.filter(id=room.stream.id).update(earned_cents=F("earned_cents") - 1)

    assert found(room) == {"a stream counts what it was given"}


def test_a_gift_that_nobody_paid_is_found(room: Room) -> None:
    Gift.objects.filter(kind__code="rose").update(price_cents=199)
    assert "a gift is what was paid" in found(room)

    Gift.objects.filter(kind__code="rose").delete()
    assert found(room) == {"a gift is what was paid", "a stream counts what it was given"}


def test_a_door_that_was_given_back_only_on_paper_is_found(room: Room) -> None:
    StreamPass.objects.update(refunded_at=room.now)

    assert "a pass is what was paid" in found(room)
