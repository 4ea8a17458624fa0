"""The device cookie: for signed-in browsers only, noted once it has come back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from redis.exceptions import RedisError

from backend.accounts.middleware import COOKIE, Traces
from backend.accounts.models import Trace, User
from backend.accounts.services import traces
from tests import builders

ADDRESS = "81.2.69.142"


@pytest.fixture
def maya(db: None, at: datetime) -> User:
    """A client."""
    return builders.a_client(at=at)


def _browser(user: User) -> Client:
    browser = Client(REMOTE_ADDR=ADDRESS)
    browser.force_login(user)
    return browser


@pytest.mark.parametrize("debug", [True, False])
def test_a_signed_in_browser_is_named_once(maya: User, settings: Any, debug: bool) -> None:
    settings.DEBUG = debug
    browser = _browser(maya)
    cookie = browser.get("/settings/").cookies[COOKIE]

    assert len(cookie.value) == 32
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert bool(cookie["secure"]) is not debug
    assert not Trace.objects.filter(kind="device").exists(), "it has not come back yet"
    assert COOKIE not in browser.get("/settings/").cookies
    kept = Trace.objects.get(kind="device")
    assert bytes(kept.digest) == traces.digest("device", cookie.value)


def test_visitors_are_not_named_and_their_pages_do_not_vary_for_it(db: None) -> None:
    answer = Client(REMOTE_ADDR=ADDRESS).get("/api/v1/readers/")

    assert COOKIE not in answer.cookies
    assert not Trace.objects.exists()


def test_a_program_leaves_its_address_only(maya: User) -> None:
    body = {"email": maya.email, "password": builders.PASSWORD}
    signed_in = Client().post("/api/v1/auth/login/", body, content_type="application/json")
    bearer = {"Authorization": f"Bearer {signed_in.json()['access_token']}"}
    for _ in range(2):
        program = Client(REMOTE_ADDR=ADDRESS)
        assert program.get("/api/v1/users/me/", headers=bearer).status_code == 200

    assert list(Trace.objects.values_list("kind", flat=True)) == ["address"]


def test_a_name_that_we_did_not_make_is_replaced(maya: User) -> None:
    browser = _browser(maya)
    browser.cookies[COOKIE] = "<b>everybody</b>"

    assert len(browser.get("/settings/").cookies[COOKIE].value) == 32
    browser.get("/settings/")
    assert Trace.objects.filter(kind="device").count() == 1


def test_an_ordinary_page_costs_no_query_more(maya: User, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = _browser(maya)
    browser.get("/settings/")
    browser.get("/settings/")

    def refuse(**_: Any) -> None:
        raise AssertionError("noted again within the hour")

    monkeypatch.setattr(traces, "note", refuse)
    assert browser.get("/settings/").status_code == 200


class Away:
    """A Redis that is out of reach."""

    def client(self) -> None:
        raise RedisError


def test_without_redis_pages_work_and_nothing_is_noted(
    maya: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = _browser(maya)
    browser.get("/settings/")
    before = Trace.objects.count()

    monkeypatch.setattr(Traces.__module__ + ".redis", Away())
    assert browser.get("/settings/").status_code == 200
    assert Trace.objects.count() == before
