"""The API of readings: answers, refusals with stable codes, and nobody else's business."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from rest_framework.test import APIClient

from backend.core import clock
from live.models import ReadingSession
from live.services import chats
from live.states import Peer
from readers.services import profiles
from tests import builders
from tests.live.stage import Stage, committed

SESSIONS = "/api/v1/sessions/"


@pytest.fixture(autouse=True)
def _stopped_clock(stage: Stage) -> Iterator[None]:
    with clock.frozen(stage.now):
        yield


def post(api: APIClient, path: str, body: object = None) -> Any:
    return api.post(SESSIONS + path, {} if body is None else body, **builders.key())


def ask(stage: Stage, **changes: Any) -> Any:
    body = {"reader_id": str(stage.reader.pk), "kind": "voice", **changes}
    return post(builders.api(stage.client), "", body)


def test_a_reading_from_ring_to_receipt(stage: Stage) -> None:
    client, reader = builders.api(stage.client), builders.api(stage.reader)
    rung = ask(stage, question="Will it rain?")
    assert rung.status_code == 201
    session = rung.json()
    assert (session["state"], session["rate_per_minute_cents"]) == ("requested", 399)
    stage.session = ReadingSession.objects.get(id=session["id"])

    assert post(reader, f"{session['id']}/accept/").json()["state"] == "connecting"
    stage.beat()
    stage.up()
    assert client.get(f"{SESSIONS}active/").json()["state"] == "active"
    stage.run(125)
    with clock.frozen(stage.now):
        ended = post(client, f"{session['id']}/end/").json()
    assert (ended["state"], ended["cause"], ended["total_cents"]) == ("ended", "client", 831)
    assert ended["earned_cents"] is None, "what the reader earns is not the client's to see"

    receipt = client.get(f"{SESSIONS}{session['id']}/receipt/").json()
    assert sum(line["cents"] for line in receipt["lines"]) == receipt["total_cents"] == 831
    assert "reader_cents" not in receipt["lines"][0]
    theirs = reader.get(f"{SESSIONS}{session['id']}/receipt/").json()
    assert sum(line["reader_cents"] for line in theirs["lines"]) == theirs["earned_cents"] == 581
    assert client.get(f"{SESSIONS}active/").status_code == 204
    minutes = client.get(f"{SESSIONS}{session['id']}/minutes/").json()["results"]
    assert [(line["from_s"], line["to_s"]) for line in minutes] == [(0, 60), (60, 120), (120, 125)]
    assert len(client.get(SESSIONS).json()["results"]) == 1


def test_ending_twice_answers_the_same_summary_and_moves_nothing(stage: Stage) -> None:
    stage.connect()
    stage.run(60)
    with clock.frozen(stage.now):
        answers = [
            post(builders.api(user), f"{stage.session.id}/end/").json()["total_cents"]
            for user in (stage.client, stage.reader, stage.client)
        ]
    assert answers == [399] * 3
    stage.assert_sound()


def test_the_same_key_rings_once(stage: Stage) -> None:
    api, key = builders.api(stage.client), builders.key()
    body = {"reader_id": str(stage.reader.pk), "kind": "voice"}
    first, again = (api.post(SESSIONS, body, **key) for _ in range(2))
    assert first.json() == again.json()
    assert ReadingSession.objects.count() == 1
    assert api.post(SESSIONS, {**body, "kind": "chat"}, **key).status_code == 409


@pytest.mark.parametrize(
    "changes",
    [
        {"reader_id": "nobody"},
        {"reader_id": None},
        {"kind": "smoke"},
        {"kind": ["voice"]},
        {"spend_cap_cents": -1},
        {"spend_cap_cents": 0},
        {"spend_cap_cents": 12.5},
        {"spend_cap_cents": "1e3"},
        {"spend_cap_cents": "2000"},
        {"spend_cap_cents": True},
        {"spend_cap_cents": 10**12},
        {"question": "x" * 501},
        {"question": "a\x00b"},
        {"question": {}},
    ],
)
def test_malformed_requests_are_400_and_move_nothing(stage: Stage, changes: Any) -> None:
    answer = ask(stage, **changes)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert not ReadingSession.objects.exists()
    assert stage.held == 0


def test_nobody_is_charged_another_rate_than_they_saw(stage: Stage) -> None:
    profiles.set_rates(reader_id=stage.reader.pk, rates={"voice": 2_000}, at=stage.now)
    changed = ask(stage, rate_per_minute_cents=399)
    assert (changed.status_code, changed.json()["code"]) == (409, "rate_changed")
    assert not ReadingSession.objects.exists()
    assert stage.held == 0
    profiles.set_rates(reader_id=stage.reader.pk, rates={"voice": 399}, at=stage.now)
    assert ask(stage, rate_per_minute_cents=399).status_code == 201


def test_refusals_carry_a_stable_code(stage: Stage) -> None:
    assert ask(stage, reader_id=str(uuid4())).json()["code"] == "not_found"
    assert ask(stage, spend_cap_cents=100).json()["code"] == "cap_too_low"
    own = post(builders.api(stage.reader), "", {"reader_id": str(stage.reader.pk), "kind": "chat"})
    assert own.status_code == 403, "readers ring nobody"
    assert ask(stage).status_code == 201
    busy = post(
        builders.api(builders.a_client(cents=5_000, at=stage.now)),
        "",
        {"reader_id": str(stage.reader.pk), "kind": "chat"},
    )
    assert (busy.status_code, busy.json()["code"]) == (409, "reader_busy")
    second = ask(stage, reader_id=str(builders.a_reader(at=stage.now).pk))
    assert (second.status_code, second.json()["code"]) == (409, "already_in_a_reading")


def test_without_funds_the_answer_is_402_and_says_how_much_is_missing(stage: Stage) -> None:
    poor = builders.a_client(cents=500, at=stage.now)
    body = {"reader_id": str(stage.reader.pk), "kind": "voice"}
    answer = post(builders.api(poor), "", body)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (402, "insufficient_funds")
    assert (problem["needed_cents"], problem["available_cents"]) == (1_197, 500)
    assert problem["top_up_url"]


def test_a_key_is_required(stage: Stage) -> None:
    body = {"reader_id": str(stage.reader.pk), "kind": "voice"}
    answer = builders.api(stage.client).post(SESSIONS, body)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_required")


def test_each_side_has_its_own_acts(stage: Stage) -> None:
    stage.request()
    committed()
    path = f"{stage.session.id}/"
    client, reader = builders.api(stage.client), builders.api(stage.reader)
    assert post(client, path + "accept/").status_code == 403
    assert post(client, path + "decline/").status_code == 403
    assert post(reader, path + "cancel/").status_code == 403
    assert post(reader, path + "cap/", {"spend_cap_cents": 5_000}).status_code == 403
    assert stage.row().state == "requested"


def test_the_cap_is_raised_through_the_api(stage: Stage) -> None:
    stage.connect(spend_cap_cents=2_000)
    client = builders.api(stage.client)
    lower = post(client, f"{stage.session.id}/cap/", {"spend_cap_cents": 1_500})
    assert (lower.status_code, lower.json()["code"]) == (422, "cap_too_low")
    higher = post(client, f"{stage.session.id}/cap/", {"spend_cap_cents": 2_500})
    assert higher.json()["cap_cents"] == 2_500


def test_messages_are_listed_newest_first(stage: Stage) -> None:
    stage.connect("chat")
    for text in ("one", "two"):
        chats.send(
            session_id=stage.session.id, sender=Peer.CLIENT, key=text, text=text, at=stage.now
        )
    listed = builders.api(stage.reader).get(f"{SESSIONS}{stage.session.id}/messages/").json()
    assert [message["text"] for message in listed["results"]] == ["two", "one"]


def test_ice_servers_are_for_open_rooms_and_signed(stage: Stage, settings: LazySettings) -> None:
    settings.TURN_URLS, settings.TURN_SECRET = ["turn:turn.test:3478"], "s3cret"
    settings.READERS_RELAY_ONLY = True
    stage.request()
    path = f"{SESSIONS}{stage.session.id}/ice-servers/"
    assert builders.api(stage.client).get(path).status_code == 409
    stage.accept()
    mine = builders.api(stage.client).get(path).json()
    theirs = builders.api(stage.reader).get(path).json()
    assert mine["ice_servers"][0]["username"].endswith(str(stage.client.pk))
    assert (mine["ice_policy"], theirs["ice_policy"]) == ("all", "relay")


PATHS = ["", "minutes/", "messages/", "receipt/", "ice-servers/"]
ACTS = ["accept/", "decline/", "cancel/", "end/", "cap/"]


@pytest.mark.parametrize("path", PATHS)
def test_strangers_read_nothing(stage: Stage, path: str) -> None:
    stage.connect()
    address = f"{SESSIONS}{stage.session.id}/{path}"
    assert builders.api().get(address).status_code == 401
    assert builders.api(builders.a_client(at=stage.now)).get(address).status_code == 404
    assert builders.api(builders.a_reader(at=stage.now).user).get(address).status_code == 404
    assert builders.api(builders.an_admin()).get(address).status_code == 404


@pytest.mark.parametrize("act", ACTS)
def test_strangers_do_nothing(stage: Stage, act: str) -> None:
    stage.connect(spend_cap_cents=2_000)
    before = (stage.row().version, stage.held, stage.spendable)
    path = f"{stage.session.id}/{act}"
    body = {"spend_cap_cents": 5_000} if act == "cap/" else {}
    assert post(builders.api(), path, body).status_code == 401
    for user in (builders.a_client(at=stage.now), builders.a_reader(at=stage.now).user):
        assert post(builders.api(user), path, body).status_code == 404
    assert (stage.row().version, stage.held, stage.spendable) == before
