"""What a host says about a stream: bounds, guests, and what stays once it runs."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from backend.core.errors import Forbidden, IllegalMove, InvalidInput, NotFound, Refused
from backend.core.ids import uuid7
from backend.notifications.models import Notification
from live.models import Stream, StreamPass, StreamReminder
from live.streams import selectors
from live.streams.services import details, reminders
from readers.errors import UnusablePhoto
from tests import builders
from tests.conftest import NOON
from tests.live.stage import committed
from tests.live.streams.stage import Studio

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def change(studio: Studio, **wishes: Any) -> Stream:
    return details.change(
        host=studio.host, stream_id=studio.stream.id, wishes=wishes, at=studio.now
    )


@pytest.mark.parametrize(
    "wishes",
    [
        {"title": "  "},
        {"topic": "weather"},
        {"language": "xx"},
        {"access": "secret"},
        {"access": "premium"},
        {"access": "premium", "price_cents": 99},
        {"access": "premium", "price_cents": 10_001},
        {"price_cents": 500},
        {"goal_title": "Altar"},
        {"goal_cents": 500},
        {"slow_mode_s": 301},
        {"scheduled_at": NOON},
        {"scheduled_at": NOON + timedelta(days=181)},
    ],
)
def test_what_is_out_of_bounds_is_not_made_and_changes_nothing(
    studio: Studio, wishes: dict[str, Any]
) -> None:
    before = list(Stream.objects.values())
    with pytest.raises(InvalidInput):
        studio.make(**wishes)
    with pytest.raises(InvalidInput):
        change(studio, **wishes)

    assert list(Stream.objects.values()) == before


def test_only_readers_make_streams(studio: Studio) -> None:
    with pytest.raises(Forbidden):
        details.create(host=studio.viewer(), wishes={"title": "Mine"}, at=studio.now)


def test_who_may_watch_and_the_price_stay_once_it_runs(at: Any) -> None:
    studio = Studio(at, access="premium", price_cents=500)
    studio.start()
    for wishes in ({"access": "public"}, {"price_cents": 900}, {"scheduled_at": at + HOUR}):
        with pytest.raises(Refused):
            change(studio, **wishes)
    assert change(studio, title="New", price_cents=500).title == "New"
    studio.end()
    with pytest.raises(IllegalMove):
        change(studio, title="Newer")

    assert (studio.row().price_cents, studio.row().title) == (500, "New")


def test_a_door_that_was_paid_stays_a_door(at: Any) -> None:
    studio = Studio(at, access="premium", price_cents=500, scheduled_at=at + HOUR)
    StreamPass.objects.create(
        stream=studio.stream, client=studio.viewer(), price_cents=500, reader_cents=350, at=at
    )
    for when in (None, at + 2 * HOUR, at + 90 * 24 * HOUR):
        with pytest.raises(Refused):
            change(studio, scheduled_at=when)
    for wishes in ({"access": "public"}, {"access": "private"}):
        with pytest.raises(Refused):
            change(studio, **wishes)

    assert change(studio, price_cents=700).price_cents == 700


def test_opening_a_premium_stream_takes_its_price_off(at: Any) -> None:
    studio = Studio(at, access="premium", price_cents=500)

    assert change(studio, access="public").price_cents is None


def test_a_private_stream_is_open_to_proven_addresses_only(at: Any) -> None:
    studio = Studio(at)
    friend, sly, trusted = studio.viewer(), studio.viewer(), studio.viewer()
    friend.emailaddress_set.update(verified=True)
    sly.emailaddress_set.update(verified=False)
    private = studio.make(
        access="private",
        scheduled_at=at + HOUR,
        invited=[friend.email.upper(), sly.email, "nobody@example.test"],
        moderators=[trusted.email, "nobody@example.test", studio.host.email],
    )
    committed()

    assert selectors.stream_of(friend, private.id).is_moderator is False
    assert selectors.stream_of(trusted, private.id).is_moderator is True
    for stranger in (sly, studio.viewer(), None, builders.an_admin()):
        with pytest.raises(NotFound):
            selectors.stream_of(stranger, private.id)
    told = Notification.objects.filter(kind="stream")
    assert [notice.user for notice in told] == [friend]


def test_the_list_of_guests_is_replaced_and_each_is_told_once(at: Any) -> None:
    studio = Studio(at, access="private")
    one, two = studio.viewer(), studio.viewer()
    change(studio, invited=[one.email])
    change(studio, invited=[one.email, two.email])
    change(studio, invited=[two.email])
    card = selectors.card_for(studio.host, studio.stream.id)

    assert card.invited == [two.email]
    assert not Notification.objects.exists(), "nobody can find a draft"
    studio.start()
    change(studio, invited=[two.email, one.email])
    change(studio, title="Another word")
    told = Notification.objects.filter(kind="stream").order_by("id")
    assert [notice.user for notice in told] == [two, one]
    with pytest.raises(InvalidInput):
        change(studio, invited=[f"{n}@example.test" for n in range(201)])


def test_a_title_is_one_line(studio: Studio) -> None:
    shown = change(studio, title=" Full\r\nmoon ", goal_title="New\u2028deck", goal_cents=100)

    assert (shown.title, shown.goal_title) == ("Full moon", "New deck")


def test_what_stays_as_it_is_is_no_change(at: Any) -> None:
    studio = Studio(at, scheduled_at=at + HOUR)
    studio.wait(7_200)
    same = {"scheduled_at": at + HOUR, "access": "public", "price_cents": None}

    assert change(studio, title="Better late", **same).title == "Better late"
    studio.start()
    assert change(studio, title="At last", **same).title == "At last"


def test_a_stream_that_becomes_private_is_remembered_by_its_guests_only(at: Any) -> None:
    studio = Studio(at, scheduled_at=at + HOUR)
    guest, other = studio.viewer(), studio.viewer()
    for user in (guest, other):
        reminders.keep(user=user, stream_id=studio.stream.id, at=at)
    change(studio, access="private", invited=[guest.email])

    assert [one.user for one in StreamReminder.objects.all()] == [guest]
    assert [one.user for one in Notification.objects.all()] == [guest]


def test_a_picture_is_drawn_anew_and_the_old_one_goes(
    studio: Studio, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    this = {"host": studio.host, "stream_id": studio.stream.id, "at": studio.now}
    first = details.set_thumbnail(upload=picture(), **this).thumbnail.name
    second = details.set_thumbnail(upload=picture(), **this).thumbnail.name
    committed()

    with Image.open(default_storage.open(second)) as kept:
        assert (kept.format, kept.size) == ("WEBP", (960, 540))
    assert not default_storage.exists(first)
    with pytest.raises(UnusablePhoto):
        details.set_thumbnail(upload=BytesIO(b"<svg/>"), **this)
    with pytest.raises(NotFound):
        details.set_thumbnail(host=studio.host, stream_id=uuid7(), upload=picture(), at=studio.now)


def picture() -> BytesIO:
    out = BytesIO()
    Image.new("RGB", (1_200, 800), (90, 40, 120)).save(out, "JPEG")
    out.seek(0)
    return out
