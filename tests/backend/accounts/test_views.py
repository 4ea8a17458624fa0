from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from backend.accounts.announcements import SessionsRevoked
from backend.accounts.models import Role, User
from backend.accounts.services import accounts, blocks
from backend.core import announcements as core_announcements
from tests.backend.accounts.conftest import PASSWORD

SIGN_IN = "/accounts/login/"


@pytest.fixture
def demo(settings: Any, db: None) -> list[User]:
    settings.DEMO = settings.DEBUG = True
    settings.ALLOWED_HOSTS = ["*"]
    return [
        User.objects.create_user(
            f"{role}@soulseer.test", display_name=role, role=role, is_demo=True
        )
        for role in Role.values
    ]


@pytest.mark.parametrize("role", Role.values)
def test_the_demo_lets_one_step_in_as_each_role(demo: list[User], role: str) -> None:
    browser = Client()
    browser.post(reverse("accounts:demo_sign_in"), {"role": role})

    assert browser.session["_auth_user_id"] == str(next(u.pk for u in demo if u.role == role))


def test_outside_a_demo_there_is_no_short_cut(demo: list[User], settings: Any) -> None:
    for debug, is_demo in [(True, False), (False, True)]:
        settings.DEBUG, settings.DEMO = debug, is_demo
        browser = Client()
        assert browser.post(reverse("accounts:demo_sign_in"), {"role": "admin"}).status_code == 404
        assert "_auth_user_id" not in browser.session


def test_the_short_cut_takes_only_demo_people_and_known_roles(maya: User, settings: Any) -> None:
    settings.DEMO = settings.DEBUG = True
    for role in ("client", "owner", ""):
        assert Client().post(reverse("accounts:demo_sign_in"), {"role": role}).status_code == 404
    assert Client().get(reverse("accounts:demo_sign_in")).status_code == 405


@pytest.mark.parametrize(
    ("onward", "lands"),
    [
        ("/wallet/", "/wallet/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_sign_in_goes_onward_only_within_this_site(
    maya: User, demo: list[User], onward: str, lands: str
) -> None:
    by_password = Client().post(
        SIGN_IN, {"login": maya.email, "password": PASSWORD, "next": onward}
    )
    by_demo = Client().post(reverse("accounts:demo_sign_in"), {"role": "client", "next": onward})

    assert by_password.headers["Location"] == by_demo.headers["Location"] == lands


@pytest.mark.parametrize(
    ("role", "lands"), [("client", "/"), ("reader", "/console/"), ("admin", "/staff/")]
)
def test_everybody_lands_where_their_work_begins(demo: list[User], role: str, lands: str) -> None:
    answer = Client().post(reverse("accounts:demo_sign_in"), {"role": role})

    assert answer.headers["Location"] == lands


def test_a_miss_on_the_page_says_how_many_tries_are_left_then_pauses(maya: User) -> None:
    browser = Client()

    def miss() -> Any:
        return browser.post(SIGN_IN, {"login": "Maya@Example.test", "password": "no"})

    assert "Four tries are left before a short pause." in miss().content.decode()
    for _ in range(3):
        assert miss().status_code == 200
    paused = miss()
    assert (paused.status_code, paused.headers["Retry-After"]) == (429, "300")
    assert "paused here for 5 minutes" in paused.content.decode()

    right = browser.post(SIGN_IN, {"login": maya.email, "password": PASSWORD})
    assert right.status_code == 429
    assert "_auth_user_id" not in browser.session


def test_signing_up_on_the_page_makes_a_client_who_is_18(db: None, settings: Any) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    form = {"email": "new@example.test", "password1": PASSWORD, "display_name": "New"}
    Client().post("/accounts/signup/", form)
    assert not User.objects.exists(), "18+ was not confirmed"

    answer = Client().post("/accounts/signup/", {**form, "is_adult": "on", "role": "admin"})

    assert answer.headers["Location"] == "/accounts/confirm-email/"
    user = User.objects.get()
    assert (user.role, user.display_name) == (Role.CLIENT, "New")
    assert user.adult_confirmed_at is not None


def test_a_freeze_ends_a_browser_session_at_once(maya: User, at: datetime) -> None:
    browser = Client()
    browser.post(SIGN_IN, {"login": maya.email, "password": PASSWORD})
    assert browser.get("/settings/blocked/").status_code == 200

    accounts.freeze(user_id=maya.pk, at=at)

    assert browser.get("/settings/blocked/").status_code == 302
    again = browser.post(SIGN_IN, {"login": maya.email, "password": PASSWORD})
    assert again.status_code == 403


def test_a_new_password_ends_the_other_sign_ins_and_keeps_this_one(maya: User) -> None:
    here, there = Client(), Client()
    for browser in (here, there):
        browser.post(SIGN_IN, {"login": maya.email, "password": PASSWORD})
    new = "a lantern by the door"
    here.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )

    assert here.get("/settings/blocked/").status_code == 200
    assert there.get("/settings/blocked/").status_code == 302


def test_the_page_of_blocked_people_lists_and_lifts(maya: User, otto: User, at: datetime) -> None:
    blocks.block(blocker=maya, blocked_id=otto.pk, at=at)
    browser = Client()
    browser.force_login(maya)
    assert "Otto" in browser.get("/settings/blocked/").content.decode()

    browser.post("/settings/blocked/", {"user_id": str(otto.pk)})

    assert "Nobody is blocked" in browser.get("/settings/blocked/").content.decode()


def test_signing_out_closes_the_sockets_at_once(
    maya: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[object] = []
    known = core_announcements.reactions()[SessionsRevoked]
    monkeypatch.setitem(core_announcements._reactions, SessionsRevoked, [*known, heard.append])
    here = Client()
    here.post(SIGN_IN, {"login": maya.email, "password": PASSWORD})

    here.post("/accounts/logout/")

    assert here.get("/settings/blocked/").status_code == 302
    assert heard == [SessionsRevoked(maya.pk)]


def test_signing_the_others_out_ends_them_and_closes_their_sockets(
    maya: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[object] = []
    known = core_announcements.reactions()[SessionsRevoked]
    monkeypatch.setitem(core_announcements._reactions, SessionsRevoked, [*known, heard.append])
    here, there = Client(), Client()
    for browser in (here, there):
        browser.post(SIGN_IN, {"login": maya.email, "password": PASSWORD})

    here.post("/accounts/sessions/")

    assert here.get("/settings/blocked/").status_code == 200
    assert there.get("/settings/blocked/").status_code == 302
    assert heard == [SessionsRevoked(maya.pk)]


def test_a_reset_link_sets_a_new_password_and_an_unknown_address_gets_the_same_page(
    maya: User, django_capture_on_commit_callbacks: Any
) -> None:
    browser = Client()
    with django_capture_on_commit_callbacks(execute=True):
        known = browser.post("/accounts/password/reset/", {"email": maya.email})
        unknown = browser.post("/accounts/password/reset/", {"email": "nobody@example.test"})

    assert known.headers["Location"] == unknown.headers["Location"]
    letters = {letter.to[0]: letter.body for letter in mail.outbox}
    [link] = [word for word in letters[maya.email].split() if "/reset/key/" in word]
    form = browser.get(link, follow=True).redirect_chain[-1][0]
    browser.post(form, {"password1": "a lantern by the door", "password2": "a lantern by the door"})
    maya.refresh_from_db()
    assert maya.check_password("a lantern by the door")
    assert browser.get(link, follow=True).context["token_fail"], "it works once"
    assert "There is no account here" in letters["nobody@example.test"]


def test_a_new_password_is_asked_for_in_our_words(maya: User) -> None:
    browser = Client()
    browser.force_login(maya, backend="backend.accounts.backends.StandingBackend")

    page = browser.get("/accounts/password/change/").content.decode()

    assert "At least 8 characters, and nothing common." in page
    assert "The same once more" in page
    assert "too similar" not in page
