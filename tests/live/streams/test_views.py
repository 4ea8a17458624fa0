"""The pages of live rooms: the same gate as every other door."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from backend.accounts.services import blocks
from backend.core import clock
from backend.core.ids import uuid7
from live.models import StreamInvitation
from live.streams.services import streams
from tests import builders
from tests.conftest import NOON
from tests.live.streams.stage import Studio

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _noon() -> Any:
    with clock.frozen(NOON):
        yield


def see(user: Any, path: str, **headers: str) -> Any:
    browser = Client()
    if user is not None:
        browser.force_login(user)
    return browser.get(path, headers=headers)


def test_the_directory_shows_what_runs_and_what_comes(live: Studio) -> None:
    live.make(title="Later tonight", scheduled_at=NOON + HOUR, topic="runes")
    live.make(title="A hidden circle", scheduled_at=NOON + HOUR, access="private")
    page = see(None, "/live/")

    assert [card.title for card in page.context["live"]] == ["Full moon evening"]
    assert [card.title for card in page.context["upcoming"]] == ["Later tonight"]
    assert b"A hidden circle" not in page.content
    assert see(None, "/live/?topic=runes").context["live"] == []
    assert see(None, "/live/?topic=weather").status_code == 400
    part = see(None, "/live/", HX_Request="true")
    assert b"<html" not in part.content


def test_a_room_is_open_to_look_at_and_its_host_goes_to_the_studio(live: Studio) -> None:
    path, viewer = f"/live/{live.stream.id}/", live.viewer()

    assert see(None, path).context["me"]["role"] == "visitor"
    assert see(viewer, path).context["me"] == {
        "role": "viewer",
        "id": viewer.pk,
        "name": viewer.display_name,
    }
    assert see(live.host, path).headers["Location"] == f"/studio{path}"
    kinds = see(viewer, path).context["kinds"]
    assert [one["kind"] for one in kinds] == ["chat", "voice", "video"]


def test_every_page_leads_a_host_back_to_their_room(live: Studio) -> None:
    back = f'href="/studio/live/{live.stream.id}/"'.encode()

    assert back in see(live.host, "/readers/").content
    assert back not in see(live.viewer(), "/readers/").content


def test_a_private_room_is_not_there_for_strangers(at: Any) -> None:
    studio = Studio(at, access="private", scheduled_at=at + HOUR)
    friend, path = studio.viewer(), f"/live/{studio.stream.id}/"
    StreamInvitation.objects.create(stream=studio.stream, email=friend.email)
    studio.start()

    for stranger in (None, studio.viewer(), builders.a_reader(at=at).user, builders.an_admin()):
        for door in (path, f"{path}calendar.ics"):
            assert see(stranger, door).status_code == 404
    assert see(friend, path).status_code == 200
    assert see(friend, f"{path}calendar.ics").status_code == 200


def test_a_block_hides_the_room(live: Studio) -> None:
    viewer = live.viewer()
    blocks.block(blocker=live.host, blocked_id=viewer.pk, at=NOON)

    assert see(viewer, f"/live/{live.stream.id}/").status_code == 404
    assert see(viewer, "/live/").context["live"] == []


def test_a_premium_room_shows_its_door(at: Any) -> None:
    studio = Studio(at, access="premium", price_cents=500)
    studio.start()
    page = see(studio.viewer(), f"/live/{studio.stream.id}/")

    assert (page.status_code, page.context["stream"].may_watch) == (200, False)


@pytest.mark.parametrize("state", ["scheduled", "ended"])
def test_a_room_has_a_face_in_every_state(at: Any, state: str) -> None:
    studio = Studio(at, scheduled_at=at + HOUR)
    if state == "ended":
        studio.start()
        studio.end()
    for user in (None, studio.viewer(), studio.host):
        assert see(user, f"/live/{studio.stream.id}/").context["stream"].state == state
    assert see(studio.host, f"/studio/live/{studio.stream.id}/").status_code == 200


def test_a_draft_is_the_host_s_own(studio: Studio) -> None:
    assert see(studio.host, f"/live/{studio.stream.id}/").status_code == 200
    assert see(studio.viewer(), f"/live/{studio.stream.id}/").status_code == 404
    assert see(studio.host, f"/live/{studio.stream.id}/calendar.ics").status_code == 404


def test_the_studio_is_for_readers_and_each_room_for_its_host(live: Studio, at: Any) -> None:
    other, path = builders.a_reader(at=at).user, f"/studio/live/{live.stream.id}/"
    live.make(title="Later", scheduled_at=at + HOUR)
    mine = see(live.host, "/studio/live/").context

    assert mine["live"].id == live.stream.id
    assert [card.title for card in mine["upcoming"]] == ["Later"]
    assert see(other, "/studio/live/").status_code == 200
    assert see(live.host, path).context["stream"].earned_cents == 0
    assert see(other, path).status_code == 404
    assert see(live.host, f"/studio/live/{uuid7()}/").status_code == 404
    for nobody in (live.viewer(), builders.an_admin()):
        assert see(nobody, "/studio/live/").status_code == 403
        assert see(nobody, path).status_code == 403
    assert see(None, path).status_code == 302


def test_the_calendar_file_names_the_stream(at: Any) -> None:
    studio = Studio(at, scheduled_at=at + HOUR, title="Runes; for two")
    answer = see(None, f"/live/{studio.stream.id}/calendar.ics")

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"SUMMARY:Runes\\; for two\r\n" in answer.content
    assert b"DTSTART:20260302T130000Z\r\n" in answer.content
    streams.cancel(host=studio.host, stream_id=studio.stream.id, at=at)
    path = f"/live/{studio.stream.id}/calendar.ics"
    assert see(None, path).status_code == 404
    assert b"STATUS:CANCELLED" in see(studio.host, path).content
