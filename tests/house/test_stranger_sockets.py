"""Strangers at the sockets: every socket route, with no ticket and with every wrong one."""

from __future__ import annotations

from itertools import product
from typing import Any, Final

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.test import Client

from backend.config.asgi import application
from backend.core.ids import uuid7
from backend.realtime import closing, tickets
from live.models import ChatMessage, ReadingSession
from tests import builders
from tests.conftest import NOON
from tests.house.routes import plain
from tests.live.stage import Stage
from tests.live.streams.stage import Studio

pytestmark = pytest.mark.django_db(transaction=True)

ROUTES: Final = [
    f"/{plain(route.pattern)}" for route in application.application_mapping["websocket"].routes
]
REFUSALS: Final = {closing.SIGNED_OUT, closing.NOT_YOURS, closing.NOT_THERE}
ANSWER_SECONDS: Final = 5


@pytest.fixture
def stage() -> Stage:
    """A running reading."""
    stage = Stage(NOON)
    stage.connect("chat", question="Between us")
    return stage


@pytest.fixture
def room() -> Studio:
    """A private room that is live, with one guest."""
    studio = Studio(NOON, access="private")
    studio.start()
    return studio


async def _closed_with(path: str, ticket: str) -> int | None:
    """The code that a socket closes with before it says anything; None when it talks."""
    scope = {
        "type": "websocket",
        "path": path,
        "raw_path": path.encode(),
        "query_string": f"ticket={ticket}".encode(),
        "headers": [(b"origin", settings.SITE_URL.encode())],
        "subprotocols": [],
    }
    socket = ApplicationCommunicator(application, scope)
    await socket.send_input({"type": "websocket.connect"})
    said = await socket.receive_output(ANSWER_SECONDS)
    if said["type"] == "websocket.accept":
        said = await socket.receive_output(ANSWER_SECONDS)
    await socket.send_input({"type": "websocket.disconnect", "code": 1005})
    await socket.wait(ANSWER_SECONDS)
    return said["code"] if said["type"] == "websocket.close" else None


def _worthless(stage: Stage, room: Studio) -> dict[str, str]:
    """Every ticket that opens no socket of these two, by what is wrong with it."""
    strangers = [builders.a_client(at=NOON), builders.a_reader(at=NOON).user]
    elsewhere = f"sessions/{uuid7()}"
    revoked = tickets.issue(strangers[0].pk, "me", "client")
    tickets.revoke(strangers[0].pk)
    return {
        "none": "",
        "made up": "x" * 43,
        "not text": "%00%ff",
        "endless": "x" * 5_000,
        "signed out since": revoked,
        "a client's for another room": tickets.issue(strangers[0].pk, elsewhere, "client"),
        "a reader's for another room": tickets.issue(strangers[1].pk, elsewhere, "reader"),
        "the owner's for another room": tickets.issue(stage.client.pk, elsewhere, "client"),
        "a viewer's for another stream": tickets.issue(
            strangers[0].pk, f"streams/{uuid7()}", "viewer"
        ),
        "one for a stream that one may not know of": tickets.issue(
            strangers[0].pk, f"streams/{room.stream.pk}", "viewer"
        ),
    }


@pytest.mark.parametrize("path", ROUTES)
async def test_a_socket_closes_on_strangers_and_nothing_moves(
    stage: Stage, room: Studio, path: str
) -> None:
    before = await sync_to_async(_state)(stage)
    there = room.stream.pk if "/streams/" in path else stage.session.pk
    where = path.replace("<id>", str(there))
    worthless = await sync_to_async(_worthless)(stage, room)
    codes = {what: await _closed_with(where, ticket) for what, ticket in worthless.items()}

    assert {what: code for what, code in codes.items() if code not in REFUSALS} == {}
    assert await sync_to_async(_state)(stage) == before


async def test_a_ticket_opens_its_own_room_and_only_once(stage: Stage) -> None:
    room = f"sessions/{stage.session.pk}"
    issue = sync_to_async(tickets.issue)
    stranger = await sync_to_async(builders.a_client)(at=NOON)
    for path, sold_for in [("/ws/v1/me/", "me"), (f"/ws/v1/{room}/", room)]:
        ticket = await issue(stage.client.pk, sold_for, "client")
        assert await _closed_with(path, ticket) is None, "its owner comes in"
        assert await _closed_with(path, ticket) == closing.SIGNED_OUT, "it was used"

    theirs = await issue(stranger.pk, "me", "client")
    assert await _closed_with(f"/ws/v1/{room}/", theirs) in REFUSALS


def test_no_ticket_is_sold_for_a_room_one_has_no_part_in(stage: Stage, room: Studio) -> None:
    strangers = [None, builders.a_client(at=NOON), builders.a_reader(at=NOON).user]
    rooms = [f"sessions/{stage.session.pk}", f"sessions/{uuid7()}", f"me/{uuid7()}", "rooms", ""]
    rooms += [f"streams/{room.stream.pk}", f"streams/{uuid7()}", "streams"]
    for user, name in product(strangers, rooms):
        browser = Client()
        if user is not None:
            browser.force_login(user)
        answer = browser.post(
            "/api/v1/ws-tickets/", {"room": name}, content_type="application/json"
        )
        assert answer.status_code in ({401} if user is None else {400, 403, 404}), name
        assert "ticket" not in answer.json()


def _state(stage: Stage) -> Any:
    row = ReadingSession.objects.filter(pk=stage.session.pk).values().get()
    return row, ChatMessage.objects.count(), stage.spendable, stage.held, stage.earned
