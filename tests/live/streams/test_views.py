"""The pages of live rooms: what a visitor, a client and a host are shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.test import Client

from backend.accounts.models import User
from backend.core import clock
from live.models import Stream, StreamInvitation
from live.stream_states import Access
from live.streams.services import reminders
from tests.live.streams.stage import Studio

pytestmark = pytest.mark.django_db

BACKEND = "backend.accounts.backends.StandingBackend"


@pytest.fixture(autouse=True)
def _noon(at: datetime) -> Iterator[None]:
    with clock.frozen(at):
        yield


def page(path: str, user: User | None = None, status: int = 200, **headers: str) -> str:
    browser = Client(headers=headers)
    if user is not None:
        browser.force_login(user, backend=BACKEND)
    answer = browser.get(path)
    assert answer.status_code == status, answer.content
    return answer.content.decode()


def room_of(studio: Studio) -> str:
    return f"/live/{studio.stream.id}/"


def test_an_empty_directory_says_what_to_do(studio: Studio) -> None:
    shown = page("/live/")

    assert "Nobody is live just now" in shown
    assert "See who is online" in shown


def test_a_visitor_sees_what_is_live_and_what_comes(live: Studio) -> None:
    live.make(title="Next full moon", scheduled_at=live.now + timedelta(days=1))

    shown = page("/live/")

    assert live.stream.title in shown
    assert "Next full moon" in shown
    assert "/accounts/login/?next=/live/" in shown  # "Remind me" leads to the door and back


def test_a_filter_that_finds_nothing_leads_back_to_all_rooms(live: Studio) -> None:
    shown = page("/live/?language=da")

    assert live.stream.title not in shown
    assert "No room like that is open" in shown


def test_htmx_gets_the_results_alone(live: Studio) -> None:
    part = page("/live/?topic=", **{"HX-Request": "true"})

    assert live.stream.title in part
    assert "<html" not in part


def test_a_chosen_reminder_is_shown_as_chosen(studio: Studio) -> None:
    soon = studio.make(title="Tomorrow", scheduled_at=studio.now + timedelta(days=1))
    viewer = studio.viewer()
    reminders.keep(user=viewer, stream_id=soon.id, at=studio.now)

    shown = page("/live/", viewer)

    button = shown.split(f'data-remind="{soon.id}"')[1].split(">")[0]
    assert 'aria-pressed="true"' in button


def test_a_visitor_of_a_room_is_asked_to_sign_in_and_gets_no_player(live: Studio) -> None:
    shown = page(room_of(live))

    assert "Sign in to watch" in shown
    assert f"/accounts/login/?next=/live/{live.stream.id}/" in shown
    assert "data-room=" not in shown


def test_a_client_gets_player_gifts_and_chat(live: Studio) -> None:
    shown = page(room_of(live), live.viewer())

    assert f'data-room="{live.stream.id}"' in shown
    assert "Send Candle, $0.50" in shown
    assert 'role="log"' in shown


def test_a_reader_who_watches_is_offered_no_gifts(live: Studio) -> None:
    other = Studio(live.now)

    shown = page(room_of(live), other.host)

    assert "data-room=" in shown
    assert "Send a gift" not in shown
    assert "Raise hand" not in shown


def test_a_premium_room_says_its_price_before_the_door(studio: Studio) -> None:
    studio.stream = studio.make(title="Premium", access=Access.PREMIUM, price_cents=500)
    studio.start()
    client = studio.viewer()

    shown = page(room_of(studio), client)

    assert "Buy entry, $5.00" in shown
    assert "data-room=" not in shown
    assert "Premium, $5.00" in page("/live/", client)


def test_a_private_room_does_not_exist_for_strangers(studio: Studio) -> None:
    studio.stream = studio.make(title="Between us", access=Access.PRIVATE)
    studio.start()
    guest = studio.viewer()
    StreamInvitation.objects.create(stream=studio.stream, email=guest.email)

    page(room_of(studio), studio.viewer(), status=404)
    page(room_of(studio), status=404)
    assert "Between us" not in page("/live/", studio.viewer())
    assert "data-room=" in page(room_of(studio), guest)


def test_the_host_of_a_running_room_is_led_to_the_studio(live: Studio) -> None:
    browser = Client()
    browser.force_login(live.host, backend=BACKEND)

    answer = browser.get(room_of(live))

    assert (answer.status_code, answer["Location"]) == (302, f"/studio/live/{live.stream.id}/")


def test_a_closed_room_says_what_it_was_and_what_comes(live: Studio) -> None:
    live.make(title="Next full moon", scheduled_at=live.now + timedelta(days=1))
    other = Studio(live.now, title="Open elsewhere")
    other.start()
    live.wait(60)
    live.end()

    shown = page(room_of(live), live.viewer())

    assert "The room has closed" in shown
    assert "Next full moon" in shown
    assert "Open elsewhere" in shown
    assert "data-room=" not in shown


def test_what_a_host_writes_is_escaped(studio: Studio) -> None:
    studio.stream = studio.make(title="<script>alert(1)</script>")
    studio.start()

    for path in ("/live/", room_of(studio), "/"):
        assert "<script>alert(1)" not in page(path, studio.viewer())


def test_home_shows_what_is_live_and_what_comes(live: Studio) -> None:
    live.make(title="Next full moon", scheduled_at=live.now + timedelta(days=1))

    shown = page("/")

    assert Stream.objects.count() == 2
    assert "One room is open." in shown
    assert live.stream.title in shown
    assert "Next full moon" in shown
