from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4, uuid5

import pytest
from rest_framework.test import APIClient

from backend.core import clock
from live.models import Gift, GiftKind
from tests import builders
from tests.live.stage import committed
from tests.live.streams.gifting import Room


@pytest.fixture
def room(db: None, at: datetime) -> Iterator[Room]:
    with clock.frozen(at):
        yield Room(at)


@pytest.fixture
def viewer(room: Room) -> APIClient:
    return builders.api(room.sender)


def tray(of: APIClient) -> dict[str, dict[str, Any]]:
    return {gift["code"]: gift for gift in of.get("/api/v1/gifts/").json()}


def body(viewer: APIClient, code: str = "rose", **more: Any) -> dict[str, Any]:
    gift = tray(viewer)[code]
    return {"gift_id": str(uuid4()), "kind_id": gift["id"], "quote": gift["quote"], **more}


def send(viewer: APIClient, room: Room, wish: dict[str, Any], **headers: Any) -> Any:
    answer = viewer.post(f"/api/v1/streams/{room.stream.id}/gifts/", wish, "json", **headers)
    committed()
    return answer


def test_anybody_sees_what_can_be_sent_from_half_a_dollar_to_a_hundred(room: Room) -> None:
    answer = builders.api().get("/api/v1/gifts/")

    prices = [gift["price_cents"] for gift in answer.json()]
    assert answer.status_code == 200
    assert len(prices) >= 10
    assert prices == sorted(prices)
    assert (prices[0], prices[-1]) == (50, 10_000)
    first = answer.json()[0]
    assert first["art_url"].endswith("/img/gifts/candle.svg")
    assert set(first) == {
        "id", "code", "name", "price_cents", "art_url", "animation", "grand",
        "quote", "quote_expires_at",
    }  # fmt: skip


def test_a_gift_is_sent_once_and_told_again(room: Room, viewer: APIClient) -> None:
    wish = body(viewer)

    first, again = send(viewer, room, wish), send(viewer, room, wish)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    shown = first.json()
    assert shown["id"] == wish["gift_id"]
    assert shown["gift"]["code"] == "rose"
    assert (shown["price_cents"], shown["total_cents"], shown["combo"]) == (200, 200, 1)
    assert shown["available_cents"] == 9_800
    assert Gift.objects.count() == 1


def test_a_gift_asks_the_database_no_more_than_it_must(
    room: Room, django_assert_max_num_queries: Any
) -> None:
    """Each statement is a part of what a room waits before it sees the gift (B7)."""
    browser = APIClient()
    browser.force_login(room.sender)
    send(browser, room, body(browser))
    wish = body(browser)

    with django_assert_max_num_queries(31):
        answer = send(browser, room, wish)

    assert answer.json()["available_cents"] == room.cash() == 9_600


def test_a_key_in_the_header_stands_for_the_gift(room: Room, viewer: APIClient) -> None:
    wish, key = body(viewer), builders.key()
    del wish["gift_id"]

    assert send(viewer, room, wish).json()["code"] == "idempotency_key_required"
    first, again = (send(viewer, room, wish, **key) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]


def test_a_gift_s_id_does_not_say_who_sent_it(room: Room, viewer: APIClient) -> None:
    wish = body(viewer, anonymous=True)
    del wish["gift_id"]

    answer = send(viewer, room, wish, HTTP_IDEMPOTENCY_KEY="1")

    assert answer.status_code == 201
    assert answer.json()["id"] != str(uuid5(room.sender.pk, "gift:1"))


def test_too_little_money_says_how_to_add_some_and_come_back(at: datetime, db: None) -> None:
    with clock.frozen(at):
        room = Room(at, cents=199)
        answer = send(builders.api(room.sender), room, body(builders.api()))

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (402, "insufficient_funds")
    assert (problem["needed_cents"], problem["available_cents"]) == (200, 199)
    assert problem["top_up_url"] == f"/wallet/?next=%2Flive%2F{room.stream.id}%2F"


def test_a_changed_price_comes_with_a_quote_that_holds(room: Room, viewer: APIClient) -> None:
    wish = body(viewer)
    GiftKind.objects.filter(code="rose").update(price_cents=300)

    with clock.frozen(room.now + timedelta(minutes=6)):
        answer = send(viewer, room, wish)
        again = send(viewer, room, {**wish, "quote": answer.json()["quote"]})

    assert (answer.status_code, answer.json()["code"]) == (409, "price_changed")
    assert answer.json()["price_cents"] == 300
    assert (again.status_code, again.json()["price_cents"]) == (201, 300)


@pytest.mark.parametrize(
    ("field", "value"),
    [("gift_id", "1"), ("kind_id", None), ("quote", "x" * 401), ("quote", 7.5), ("anonymous", 3)],
)
def test_what_is_no_gift_is_malformed(
    room: Room, viewer: APIClient, field: str, value: object
) -> None:
    before = room.everything()

    answer = send(viewer, room, body(viewer, **{field: value}))

    assert answer.status_code in (400, 409)
    assert room.everything() == before


def test_an_unknown_gift_or_stream_is_not_found(room: Room, viewer: APIClient) -> None:
    elsewhere = viewer.post(f"/api/v1/streams/{uuid4()}/gifts/", body(viewer), "json")

    assert send(viewer, room, body(viewer, kind_id=str(uuid4()))).status_code == 404
    assert elsewhere.status_code == 404


def test_the_limit_falls_at_once_and_rises_a_day_later(room: Room, viewer: APIClient) -> None:
    assert viewer.get("/api/v1/gifts/limit/").json()["cents"] is None
    lower = viewer.put("/api/v1/gifts/limit/", {"cents": 250}, "json")
    assert (lower.json()["cents"], lower.json()["raised_at"]) == (250, None)
    assert send(viewer, room, body(viewer)).status_code == 201

    refused = send(viewer, room, body(viewer))
    assert (refused.status_code, refused.json()["code"]) == (422, "gift_limit_reached")
    assert (refused.json()["limit_cents"], refused.json()["left_cents"]) == (250, 50)

    higher = viewer.put("/api/v1/gifts/limit/", {"cents": None}, "json").json()
    assert (higher["cents"], higher["next_cents"], higher["given_cents"]) == (250, None, 200)
    assert higher["raised_at"] == "2026-03-03T12:00:00Z"
    with clock.frozen(room.now + timedelta(hours=24)):
        assert viewer.get("/api/v1/gifts/limit/").json()["cents"] is None
        assert send(viewer, room, body(viewer)).status_code == 201


@pytest.mark.parametrize("cents", [-1, 1.5, "200", True])
def test_an_odd_limit_is_malformed(viewer: APIClient, cents: object) -> None:
    assert viewer.put("/api/v1/gifts/limit/", {"cents": cents}, "json").status_code == 400


def test_the_leaderboard_of_the_session_and_of_all_time(room: Room, viewer: APIClient) -> None:
    send(viewer, room, body(viewer, "rose"))
    send(viewer, room, body(viewer, "candle", anonymous=True))
    room.end()
    room.stream = room.make(title="Next evening")
    room.start()
    send(viewer, room, body(viewer, "feather"))

    of_session = viewer.get(f"/api/v1/streams/{room.stream.id}/leaderboard/").json()
    of_all = viewer.get(f"/api/v1/streams/{room.stream.id}/leaderboard/?span=all").json()

    assert (of_session["span"], of_session["total_cents"]) == ("session", 100)
    assert (of_all["span"], of_all["total_cents"]) == ("all", 350)
    assert [(row["place"], row["name"], row["total_cents"]) for row in of_all["rows"]] == [
        (1, room.sender.display_name, 300),
        (2, "Anonymous", 50),
    ]
    assert of_all["rows"][1]["user_id"] is None
    assert of_all["you"] == {"place": 1, "total_cents": 300, "anonymous_cents": 50}


def test_a_door_is_paid_once_through_the_api(at: datetime, db: None) -> None:
    with clock.frozen(at):
        room = Room(at, access="premium", price_cents=500)
        viewer, url = builders.api(room.sender), f"/api/v1/streams/{room.stream.id}/pass/"

        assert viewer.post(url, {}, "json").json()["code"] == "idempotency_key_required"
        other = viewer.post(url, {"price_cents": 400}, "json", **builders.key())
        first = viewer.post(url, {"price_cents": 500}, "json", **builders.key())
        again = viewer.post(url, {"price_cents": 500}, "json", **builders.key())

    assert (other.status_code, other.json()["code"]) == (409, "price_changed")
    assert (first.status_code, again.status_code) == (201, 200)
    assert (first.json()["price_cents"], first.json()["available_cents"]) == (500, 9_500)
    assert first.json()["id"] == again.json()["id"]
