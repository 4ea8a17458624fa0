"""The pages of readings: who may see them, and that they show what they must."""

from __future__ import annotations

import pytest
from django.test import Client

from backend.core import clock
from live.services import chats
from live.states import Peer
from tests import builders
from tests.live.stage import Stage


def page(stage: Stage, user: object, path: str) -> tuple[int, str]:
    browser = Client()
    browser.force_login(user, backend="backend.accounts.backends.StandingBackend")  # type: ignore[arg-type]
    with clock.frozen(stage.now):
        answer = browser.get(path)
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize("kind", ["chat", "voice", "video"])
@pytest.mark.parametrize("role", ["client", "reader"])
def test_the_room_opens_for_both_and_opens_devices_only_where_needed(
    stage: Stage, kind: str, role: str
) -> None:
    stage.connect(kind, question="Will <b>it</b> rain?")
    status, text = page(stage, getattr(stage, role), f"/sessions/{stage.session.id}/")
    assert status == 200
    assert "<b>it</b>" not in text
    assert ("<video" in text) == (kind == "video")


def test_a_room_that_is_over_leads_to_its_receipt(stage: Stage) -> None:
    stage.connect()
    stage.hangup()
    browser = Client()
    browser.force_login(stage.client, backend="backend.accounts.backends.StandingBackend")
    answer = browser.get(f"/sessions/{stage.session.id}/")
    assert answer.status_code == 302
    assert answer["Location"] == f"/sessions/{stage.session.id}/receipt/"


@pytest.mark.parametrize("role", ["client", "reader"])
def test_the_receipt_shows_each_charge_and_the_total(stage: Stage, role: str) -> None:
    stage.connect()
    stage.run(125)
    stage.hangup()
    status, text = page(stage, getattr(stage, role), f"/sessions/{stage.session.id}/receipt/")
    assert status == 200
    assert ("$8.31" if role == "client" else "$5.81") in text


def test_the_history_lists_what_is_over(stage: Stage) -> None:
    stage.connect()
    stage.run(60)
    stage.hangup()
    status, text = page(stage, stage.client, "/sessions/")
    assert status == 200
    assert f"/sessions/{stage.session.id}/receipt/" in text


def test_the_console_is_for_readers_and_shows_who_rings(stage: Stage) -> None:
    stage.request("video", question="Where are my keys?")
    status, text = page(stage, stage.reader, "/console/")
    assert status == 200
    assert str(stage.session.id) in text
    assert page(stage, stage.client, "/console/")[0] == 403


@pytest.mark.parametrize("path", ["", "receipt/"])
def test_strangers_learn_nothing(stage: Stage, path: str) -> None:
    stage.connect()
    chats.send(
        session_id=stage.session.id, sender=Peer.CLIENT, key="k", text="private", at=stage.now
    )
    address = f"/sessions/{stage.session.id}/{path}"
    stranger = builders.a_client(at=stage.now)
    other_reader = builders.a_reader(at=stage.now).user
    assert page(stage, stranger, address)[0] == 404
    assert page(stage, other_reader, address)[0] == 404
    assert Client().get(address).status_code == 302
