"""The door for socket tickets."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from backend.accounts.models import User
from backend.accounts.services import accounts
from backend.core import clock, redis
from backend.core.errors import NotFound
from backend.core.ids import uuid7
from backend.realtime import tickets

pytestmark = pytest.mark.django_db
DOOR = "/api/v1/ws-tickets/"


@pytest.fixture
def user() -> User:
    return User.objects.create_user("ana@soulseer.test", display_name="Ana")


@pytest.fixture
def browser(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def ask(browser: Client, body: Any) -> Any:
    return browser.post(DOOR, body, content_type="application/json")


def stored_tickets() -> int:
    return len(list(redis.client().scan_iter(match=redis.key("ticket", "*"))))


def test_a_signed_in_user_gets_a_ticket_for_their_pages(browser: Client) -> None:
    answer = ask(browser, {"room": "me"})

    assert answer.status_code == 201
    assert answer.json() == {
        "ticket": answer.json()["ticket"],
        "room": "me",
        "expires_in_seconds": 30,
    }
    assert stored_tickets() == 1
    assert answer.json()["ticket"] != ask(browser, {"room": "me"}).json()["ticket"]


def test_nobody_gets_no_ticket(client: Client) -> None:
    answer = ask(client, {"room": "me"})

    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert stored_tickets() == 0


@pytest.mark.parametrize(
    "room", ["", "nowhere", "me/", "sessions/7", "../me", 7, None, [], {"a": 1}, "x" * 500]
)
def test_a_room_that_is_none_is_refused(browser: Client, room: object) -> None:
    assert ask(browser, {"room": room}).status_code == 400
    assert stored_tickets() == 0


def test_a_gate_decides_and_names_the_role(
    browser: Client, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = uuid7()

    def enter(asking: User, rest: str | None) -> str:
        if asking != user or rest != str(mine):
            raise NotFound
        return "client"

    monkeypatch.setitem(tickets._gates, "things", enter)

    assert ask(browser, {"room": f"things/{mine}"}).json()["room"] == f"things/{mine}"
    assert ask(browser, {"room": f"things/{uuid7()}"}).status_code == 404
    assert ask(browser, {"room": f"me/{mine}"}).status_code == 404
    assert stored_tickets() == 1


def test_a_ticket_asked_for_while_the_account_is_frozen_is_not_given(
    browser: Client, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The freeze commits after the request was let in and before its ticket is made."""

    def enter_and_freeze(asking: User, rest: str | None) -> str:
        accounts.freeze(user_id=user.pk, at=clock.now())
        return "client"

    monkeypatch.setitem(tickets._gates, "things", enter_and_freeze)

    assert ask(browser, {"room": "things"}).status_code == 401
