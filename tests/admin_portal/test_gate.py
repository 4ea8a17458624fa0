"""Staff doors open for a sign-in with a second factor, and for nothing less."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from rest_framework.test import APIClient

from backend.accounts.models import User
from tests import builders

pytestmark = pytest.mark.django_db
PAGE = "/staff/people/"
FREEZE = "/staff/people/{}/freeze/"
API_FREEZE = "/api/v1/admin/users/{}/freeze/"


def _sign_in(admin: User) -> Client:
    """With the password, as a person does."""
    browser = Client()
    browser.post("/accounts/login/", {"login": admin.email, "password": builders.PASSWORD})
    return browser


def _bearer(admin: User, **code: str) -> APIClient:
    body = {"email": admin.email, "password": builders.PASSWORD, **code}
    program = APIClient()
    token = program.post("/api/v1/auth/login/", body).json()["access_token"]
    program.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return program


def test_a_password_alone_opens_no_door_of_staff(maya: User) -> None:
    admin = builders.an_admin(second_factor=False)
    browser, program = _sign_in(admin), _bearer(admin)

    for page in (PAGE, "/django-admin/login/"):
        assert browser.get(page).headers["Location"] == "/accounts/2fa/"
    assert browser.get("/django-admin/accounts/user/").status_code == 302
    refused = [
        browser.post(FREEZE.format(maya.pk), {"reason": "x"}, headers={"Accept": "text/json"}),
        browser.post(API_FREEZE.format(maya.pk), {"reason": "x"}, "application/json"),
        program.post(API_FREEZE.format(maya.pk), {"reason": "x"}),
    ]
    assert {(said.status_code, said.json()["code"]) for said in refused} == {
        (403, "second_factor_needed")
    }
    assert refused[2].json()["set_up_url"] == "/accounts/2fa/"
    maya.refresh_from_db()
    assert not maya.is_frozen


@pytest.mark.django_db(transaction=True)  # allauth tells of a new factor on commit
def test_setting_one_up_opens_them_and_taking_it_away_closes_them() -> None:
    admin = builders.an_admin(second_factor=False)
    EmailAddress.objects.create(user=admin, email=admin.email, verified=True, primary=True)
    browser = _sign_in(admin)
    set_up = "/accounts/2fa/totp/activate/"
    browser.post("/accounts/reauthenticate/", {"password": builders.PASSWORD, "next": set_up})
    browser.get(set_up)
    code = builders.code_from(browser.session[totp.SECRET_SESSION_KEY])

    browser.post(set_up, {"code": code})
    assert browser.get(PAGE).status_code == browser.get("/django-admin/").status_code == 200

    Authenticator.objects.filter(user=admin).delete()
    assert browser.get(PAGE).headers["Location"] == "/accounts/2fa/"


def test_a_factor_shown_elsewhere_does_not_count_here() -> None:
    admin = builders.an_admin(second_factor=False)
    browser, program = _sign_in(admin), _bearer(admin)
    totp.TOTP.activate(admin, builders.TOTP_SECRET)

    asked = browser.get(f"{PAGE}?role=client").headers["Location"]
    assert asked == "/accounts/2fa/reauthenticate/?next=%2Fstaff%2Fpeople%2F%3Frole%3Dclient"
    shown = browser.post(asked, {"code": builders.code_of(admin)})
    assert shown.headers["Location"] == f"{PAGE}?role=client"
    assert browser.get(PAGE).status_code == 200
    assert program.post(API_FREEZE.format(admin.pk), {"reason": "x"}).status_code == 403


def test_a_program_signs_in_with_the_code(maya: User) -> None:
    admin = builders.an_admin()
    program = _bearer(admin, code=builders.code_of(admin))

    assert program.post(API_FREEZE.format(maya.pk), {"reason": "cards"}).status_code == 204


def test_the_demo_s_admin_is_let_off_in_a_demo_only(settings: Any) -> None:
    admin = builders.an_admin(second_factor=False)
    User.objects.filter(pk=admin.pk).update(is_demo=True)
    browser = builders.staff_browser(admin)
    seen = []
    for settings.DEMO, settings.DEBUG in [(True, True), (True, False), (False, True)]:
        seen.append(browser.get(PAGE).status_code)

    assert seen == [200, 302, 302]


def test_the_door_of_the_page_is_marked_and_counts_what_waits(staff: Client) -> None:
    shown = staff.get(PAGE).content.decode()

    assert 'href="/staff/people/" aria-current="page"' in shown
    assert "Feature flags" not in shown or 'href="/staff/features/"' in shown
