from __future__ import annotations

import io
import zipfile
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from backend.accounts.models import Erasure, Export, User
from backend.accounts.services import exports
from backend.core import clock
from tests import builders
from tests.backend.accounts.conftest import PASSWORD

REAUTHENTICATE = "/accounts/reauthenticate/"


@pytest.fixture
def browser(maya: User) -> Client:
    """Maya's, with a cookie and no fresh proof of who sits before it."""
    browser = Client()
    browser.force_login(maya)
    return browser


def _prove(browser: Client, onward: str) -> Any:
    return browser.post(f"{REAUTHENTICATE}?next={onward}", {"password": PASSWORD})


def test_the_archive_is_fetched_after_a_fresh_sign_in_by_its_owner(
    maya: User, otto: User, browser: Client
) -> None:
    at = clock.now()
    assert b"Make my archive" in browser.get("/settings/privacy/").content
    assert browser.post("/settings/privacy/archive/").url == "/settings/privacy/"
    assert b"We are making your archive" in browser.get("/settings/privacy/").content
    assert exports.make_due(at=at) == 1
    export = Export.objects.get(user=maya)
    address = f"/settings/privacy/archive/{exports.link_of(export)}/"
    assert address.encode() in browser.get("/settings/privacy/").content

    asked = browser.get(address)
    assert asked.url == f"{REAUTHENTICATE}?next=%2Fsettings%2Fprivacy%2F", (
        "not to a silent download"
    )
    _prove(browser, "/settings/privacy/")
    fetched = browser.get(address)

    assert fetched.headers["Content-Disposition"] == 'attachment; filename="soulseer-archive.zip"'
    assert fetched.headers["Cache-Control"] == "no-store, private"
    body = io.BytesIO(b"".join(fetched.streaming_content))
    assert b"maya@example.test" in zipfile.ZipFile(body).read("index.html")
    other = Client()
    other.force_login(otto)
    _prove(other, address)
    assert other.get(address).status_code == 404


def test_programs_ask_for_it_and_fetch_it_by_a_fresh_token(
    maya: User, log_in: Any, api: Any
) -> None:
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {log_in().json()['access_token']}")
    assert api.get("/api/v1/users/me/export/").status_code == 404
    key = builders.key()
    asked = api.post("/api/v1/users/me/export/", **key)
    again = api.post("/api/v1/users/me/export/", **key)
    assert (asked.status_code, asked.json()["state"]) == (202, "asked")
    assert again.json() == asked.json()
    assert api.post("/api/v1/users/me/export/", **builders.key()).status_code == 409
    exports.make_due(at=clock.now())

    shown = api.get("/api/v1/users/me/export/").json()

    assert shown["state"] == "ready"
    assert api.get(shown["download_url"]).status_code == 200
    consents = api.get("/api/v1/users/me/consents/").json()["results"]
    assert {consent["kind"] for consent in consents} == {"adult", "privacy", "terms"}


def test_the_page_says_what_goes_and_stays_and_asks_for_the_address(
    maya: User, browser: Client
) -> None:
    assert browser.get("/settings/privacy/erase/").url.startswith(REAUTHENTICATE)
    _prove(browser, "/settings/privacy/erase/")
    page = browser.get("/settings/privacy/erase/").content.decode()
    assert "What goes" in page
    assert "Amounts and dates in our books" in page

    wrong = browser.post("/settings/privacy/erase/", {"email": "otto@example.test"})
    assert b"not the e-mail of this account" in wrong.content
    assert not Erasure.objects.exists()
    assert browser.post("/settings/privacy/erase/", {"email": maya.email}).status_code == 302
    assert b"Your account goes on" in browser.get("/settings/privacy/").content

    browser.post("/settings/privacy/stay/")
    assert Erasure.objects.get().state == "taken_back"


def test_money_in_the_wallet_comes_first_and_the_page_leads_there(
    maya: User, browser: Client, at: datetime
) -> None:
    builders.top_up(maya, 2_000, at=at)
    _prove(browser, "/settings/privacy/erase/")

    page = browser.get("/settings/privacy/erase/").content.decode()
    refused = browser.post("/settings/privacy/erase/", {"email": maya.email})

    assert "There is money in your wallet" in page
    assert 'href="/wallet/"' in page
    assert refused.status_code == 200
    assert not Erasure.objects.exists()


def test_erasure_over_the_api_names_what_is_open(
    maya: User, log_in: Any, api: Any, at: datetime
) -> None:
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {log_in().json()['access_token']}")
    builders.top_up(maya, 2_000, at=at)
    body = {"email": maya.email}

    refused = api.post("/api/v1/users/me/erasure/", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "erasure_objected")
    assert refused.json()["errors"][0]["code"] == "money_in_wallet"
    shown = api.get("/api/v1/users/me/erasure/").json()
    assert (shown["due_at"], shown["objections"][0]["url"]) == (None, "/wallet/")
    assert api.delete("/api/v1/users/me/erasure/").status_code == 409


def test_an_archive_s_link_dies_with_its_week(maya: User, browser: Client) -> None:
    now = clock.now()
    with clock.frozen(now - exports.LIFE - timedelta(days=1)) as then:
        exports.ask(user=maya, at=then)
        exports.make_due(at=then)
    address = f"/settings/privacy/archive/{exports.link_of(Export.objects.get())}/"
    _prove(browser, address)

    assert browser.get(address, headers={"Accept": "application/json"}).status_code == 410
