from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client

from live.models import Gift, GiftKind
from tests import builders
from tests.live.streams.gifting import Room

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> Client:
    browser = Client()
    browser.force_login(builders.an_admin())
    return browser


def change(staff: Client, kind: GiftKind, **fields: object) -> int:
    was = {
        "name": kind.name,
        "price_cents": kind.price_cents,
        "art": kind.art,
        "animation": kind.animation,
        "position": kind.position,
        "is_offered": "on",
    }
    url = f"/django-admin/live/giftkind/{kind.pk}/change/"
    return staff.post(url, {**was, **fields}).status_code


def test_an_admin_sees_every_gift_with_its_drawing(staff: Client) -> None:
    page = staff.get("/django-admin/live/giftkind/").content.decode()

    for kind in GiftKind.objects.all():
        assert f"img/gifts/{kind.art}.svg" in page
    assert "$100.00" in page


def test_a_new_price_never_changes_what_was_sent(staff: Client, at: datetime) -> None:
    room = Room(at)
    sent = room.send("rose").gift
    rose = GiftKind.objects.get(code="rose")

    assert change(staff, rose, price_cents=450) == 302

    rose.refresh_from_db()
    assert rose.price_cents == 450
    assert Gift.objects.get(id=sent.id).price_cents == 200
    room.assert_sound()


@pytest.mark.parametrize(
    "fields",
    [{"price_cents": 49}, {"price_cents": 10_001}, {"art": "../secret"}, {"animation": "explode"}],
)
def test_what_a_gift_cannot_be_is_refused(staff: Client, fields: dict[str, object]) -> None:
    rose = GiftKind.objects.get(code="rose")

    assert change(staff, rose, **fields) == 200, "the form again, with its errors"

    rose.refresh_from_db()
    assert (rose.price_cents, rose.art, rose.animation) == (200, "rose", "bloom")


def test_a_gift_is_taken_out_of_the_tray_and_never_deleted(staff: Client) -> None:
    rose = GiftKind.objects.get(code="rose")

    assert staff.post(f"/django-admin/live/giftkind/{rose.pk}/delete/").status_code == 403
    assert change(staff, rose, is_offered="") == 302

    rose.refresh_from_db()
    assert not rose.is_offered


def test_an_admin_adds_a_gift_out_of_the_drawings_there_are(staff: Client) -> None:
    new = {
        "code": "twin-candles", "name": "Twin candles", "price_cents": 150, "art": "candle",
        "animation": "drift", "position": 3, "is_offered": "on",
    }  # fmt: skip

    assert staff.post("/django-admin/live/giftkind/add/", new).status_code == 302
    assert GiftKind.objects.get(code="twin-candles").price_cents == 150


def test_what_was_sent_is_only_looked_at(staff: Client, at: datetime) -> None:
    sent = Room(at).send("rose").gift

    page = f"/django-admin/live/gift/{sent.pk}/"
    assert staff.get("/django-admin/live/gift/").status_code == 200
    assert staff.get(f"{page}change/").status_code == 200
    assert staff.post(f"{page}change/", {"price_cents": 1}).status_code == 403
    assert staff.post(f"{page}delete/").status_code == 403
