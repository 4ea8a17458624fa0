"""The gifts on staff pages: what they sell, in the tray and out of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from backend.accounts.models import AuditEntry
from backend.core import clock
from live.models import Gift, GiftKind, Stream, StreamReport
from tests import builders

GIFTS = "/staff/gifts/"


@pytest.fixture
def rose(db: None) -> GiftKind:
    """Sent twice: yesterday and two months ago."""
    kind, at = GiftKind.objects.get(code="rose"), clock.now()
    sender, reader = builders.a_client(at=at, name="Maya"), builders.a_reader(at=at).user
    room = Stream.objects.create(host=reader, title="Cards at night", created_at=at)
    for number, days in enumerate((1, 60)):
        Gift.objects.create(
            id=f"0198d4a0-0000-7000-8000-00000000000{number}",
            stream=room,
            sender=sender,
            reader=reader,
            kind=kind,
            price_cents=200,
            reader_cents=140,
            at=at - timedelta(days=days),
        )
    StreamReport.objects.create(stream=room, reporter=reader, about=sender, reason="rude", at=at)
    return kind


def test_sales_are_those_of_thirty_days_and_the_latest_are_named(
    staff: Client, rose: GiftKind
) -> None:
    page = staff.get(GIFTS)
    shown = page.content.decode()

    assert (page.context["count"], page.context["cents"]) == (1, 200)
    assert sum(day.cents for day in page.context["days"]) == 200
    assert all(word in shown for word in ("Maya", "Report in the room", "Candle"))


def test_a_gift_goes_out_of_the_tray_and_back_once_each(staff: Client, rose: GiftKind) -> None:
    door = f"{GIFTS}{rose.pk}/offer/"
    staff.post(door, {"on": "0"})
    again = staff.post(door, {"on": "0"}, follow=True).content.decode()
    rose.refresh_from_db()
    assert (rose.is_offered, "Somebody has done this already." in again) == (False, True)
    staff.post(door, {"on": "1"})
    rose.refresh_from_db()
    assert rose.is_offered
    acts = list(AuditEntry.objects.order_by("id").values_list("act", flat=True))
    assert acts == ["gift.withhold", "gift.offer"]
    unknown = f"{GIFTS}0198d4a0-0000-7000-8000-0000000000ff/offer/"
    assert staff.post(unknown).status_code == 404
