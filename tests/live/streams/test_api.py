"""The doors to live rooms, as a program meets them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from backend.core import clock
from backend.core.ids import uuid7
from live.models import Stream, StreamInvitation
from live.stream_states import StreamState
from live.streams.services import expulsions
from tests import builders
from tests.conftest import NOON
from tests.live.streams.stage import Studio

pytestmark = pytest.mark.django_db
API = "/api/v1/streams/"


@pytest.fixture(autouse=True)
def _noon() -> Any:
    with clock.frozen(NOON):
        yield


def call(user: Any, method: str, path: str, body: Any = None) -> Any:
    client = builders.api(user)
    more = builders.key() if method == "post" else {}
    return getattr(client, method)(f"{API}{path}", body or {}, format="json", **more)


def test_a_reader_makes_a_stream_goes_live_and_ends_it(studio: Studio) -> None:
    made = call(studio.host, "post", "", {"title": "Tarot", "topic": "tarot"})
    assert (made.status_code, made.json()["state"]) == (201, "scheduled")
    path = f"{made.json()['id']}/"

    begun = call(studio.host, "post", f"{path}start/").json()
    assert begun["stream"]["state"] == "live"
    assert (begun["grant"]["role"], begun["grant"]["engine"]) == ("host", "embedded")
    ended = call(studio.host, "post", f"{path}end/")

    assert (ended.status_code, ended.json()["stream"]["state"]) == (200, "ended")
    assert ended.json()["summary"] == {
        "seconds": 0,
        "peak_viewers": 0,
        "gifts_count": 0,
        "gifts_cents": 0,
        "passes_cents": 0,
        "earned_cents": 0,
    }


def test_a_viewer_joins_renews_and_leaves(live: Studio) -> None:
    viewer, path = live.viewer(), f"{live.stream.id}/"
    joined = call(viewer, "post", f"{path}join/").json()

    assert joined["role"] == "viewer"
    assert joined["grant"]["role"] == "viewer"
    assert joined["grant"]["url"].endswith(f"/whep/{live.stream.id}")
    assert call(viewer, "post", f"{path}token/").json()["token"] != joined["grant"]["token"]
    assert call(viewer, "post", f"{path}leave/").status_code == 204
    assert call(viewer, "post", f"{path}leave/").status_code == 204


def test_no_stream_carries_a_token(live: Studio) -> None:
    viewer = live.viewer()
    shown = [
        call(viewer, "get", "").content,
        call(viewer, "get", f"{live.stream.id}/").content,
        call(live.host, "get", f"{live.stream.id}/").content,
    ]

    assert [one for one in shown if b"token" in one or b"grant" in one] == []


def test_what_is_missing_is_named(live: Studio) -> None:
    viewer = live.viewer()
    refused = {
        "start": call(viewer, "post", f"{live.stream.id}/start/"),
        "join": call(viewer, "post", f"{uuid7()}/join/"),
        "own": call(live.host, "post", f"{live.stream.id}/join/"),
        "made": call(viewer, "post", "", {"title": "Mine"}),
        "ended": call(viewer, "post", f"{live.stream.id}/end/"),
    }

    assert {name: (said.status_code, said.json()["code"]) for name, said in refused.items()} == {
        "start": (403, "forbidden"),
        "join": (404, "not_found"),
        "own": (409, "you_are_the_host"),
        "made": (403, "forbidden"),
        "ended": (403, "forbidden"),
    }
    assert live.row().state == StreamState.LIVE


def test_a_scheduled_stream_cannot_be_joined(studio: Studio) -> None:
    studio.stream = studio.make(scheduled_at=NOON + timedelta(hours=1))

    said = call(studio.viewer(), "post", f"{studio.stream.id}/join/")

    assert (said.status_code, said.json()["code"]) == (409, "stream_not_live")


def test_a_premium_stream_asks_for_its_price_first(at: Any) -> None:
    studio = Studio(at, access="premium", price_cents=500)
    studio.start()

    said = call(studio.viewer(), "post", f"{studio.stream.id}/join/")

    assert (said.status_code, said.json()["code"]) == (402, "pass_required")
    assert said.json()["price_cents"] == 500


def test_a_ticket_is_sold_through_the_same_gate_as_a_grant(at: Any) -> None:
    studio = Studio(at, access="premium", price_cents=500, scheduled_at=NOON + timedelta(hours=1))
    viewer = studio.viewer()

    def buy() -> tuple[int, str]:
        said = builders.api(viewer).post(
            "/api/v1/ws-tickets/", {"room": f"streams/{studio.stream.id}"}
        )
        return said.status_code, said.json().get("code", "")

    assert buy() == (409, "stream_not_live")
    studio.start()
    assert buy() == (402, "pass_required")
    expulsions.put_out(by=studio.host, stream_id=studio.stream.id, user_id=viewer.pk, at=NOON)
    assert buy() == (403, "put_out")


def test_a_private_stream_does_not_exist_for_strangers(at: Any) -> None:
    studio = Studio(at, access="private")
    studio.start()
    path, stranger, friend = f"{studio.stream.id}/", studio.viewer(), studio.viewer()
    StreamInvitation.objects.create(stream=studio.stream, email=friend.email)

    for method, door in [("get", ""), *(("post", d) for d in DOORS)]:
        assert call(stranger, method, path + door).status_code == 404, door
    assert call(stranger, "get", "").json()["results"] == []
    assert call(None, "get", path).status_code == 404
    assert call(friend, "post", f"{path}join/").status_code == 200
    assert len(call(friend, "get", "").json()["results"]) == 1


DOORS = ("join/", "token/", "leave/", "end/")


def test_a_blocked_person_finds_nothing(live: Studio) -> None:
    viewer = live.viewer()
    call_block = builders.api(viewer).post(f"/api/v1/users/{live.host.pk}/block/")
    assert call_block.status_code < 300

    assert call(viewer, "get", f"{live.stream.id}/").status_code == 404
    assert call(viewer, "post", f"{live.stream.id}/join/").status_code == 404


def test_an_admin_ends_any_stream_and_sees_no_earnings(live: Studio) -> None:
    careless = builders.an_admin(second_factor=False)
    assert call(careless, "post", f"{live.stream.id}/end/").json()["code"] == "second_factor_needed"
    ended = call(builders.an_admin(), "post", f"{live.stream.id}/end/")

    assert (ended.status_code, ended.json()["summary"]["earned_cents"]) == (200, None)
    assert live.row().end_reason == "admin"


def test_lists_are_filtered_and_paged(live: Studio) -> None:
    soon = live.make(title="Soon", scheduled_at=NOON + timedelta(hours=2), topic="runes")
    later = live.make(title="Later", scheduled_at=NOON + timedelta(hours=3))
    live.make(title="A draft")

    def ids(query: str) -> list[str]:
        return [one["id"] for one in call(None, "get", f"?{query}").json()["results"]]

    assert ids("state=live") == [str(live.stream.id)]
    assert ids("state=scheduled") == [str(soon.id), str(later.id)]
    assert ids("state=scheduled&topic=runes") == [str(soon.id)]
    assert ids(f"host={uuid7()}") == []
    assert len(ids("limit=2")) == 2
    assert call(None, "get", "?state=hiding").status_code == 400
    assert call(None, "get", "?host=me").status_code == 400


def test_a_host_changes_what_may_be_changed(live: Studio) -> None:
    path = f"{live.stream.id}/"
    changed = call(live.host, "patch", path, {"title": "New moon", "slow_mode_s": 10})

    assert (changed.status_code, changed.json()["title"]) == (200, "New moon")
    assert call(live.host, "patch", path, {"access": "private"}).status_code == 422
    assert call(live.host, "patch", path, {"goal_title": "Altar"}).status_code == 400
    assert call(live.viewer(), "patch", path, {"title": "Mine"}).status_code == 403
    assert call(builders.a_reader(at=NOON).user, "patch", path, {"title": "x"}).status_code == 404
    assert Stream.objects.get(pk=live.stream.pk).title == "New moon"


def test_what_only_the_host_may_know_is_hidden(live: Studio) -> None:
    own = call(live.host, "get", f"{live.stream.id}/").json()
    others = call(live.viewer(), "get", f"{live.stream.id}/").json()

    hidden = ("earned_cents", "passes_cents", "invited", "moderators", "own_words")
    assert [own[name] for name in hidden] == [0, 0, [], [], []]
    assert [others[name] for name in hidden] == [None] * 5
