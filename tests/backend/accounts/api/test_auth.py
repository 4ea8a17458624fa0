from __future__ import annotations

import threading
import time
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import (
    TOTP,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.usersessions.models import UserSession
from django.core import mail
from django.db import connection
from rest_framework.test import APIClient

from backend.accounts.models import Role, User
from backend.accounts.services import accounts
from backend.core import clock
from tests.backend.accounts.conftest import PASSWORD

NEW = {
    "email": "new@example.test",
    "password": PASSWORD,
    "display_name": "New",
    "is_adult": True,
}


def me(api: APIClient, access: str) -> Any:
    return api.get("/api/v1/users/me/", headers={"Authorization": f"Bearer {access}"})


def test_a_program_registers_proves_its_email_and_signs_in(
    db: None, api: APIClient, log_in: Any, settings: Any
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"

    answer = api.post("/api/v1/auth/register/", NEW)
    assert answer.status_code == 202, answer.content
    assert "access_token" not in answer.json()
    user = User.objects.get(email="new@example.test")
    assert (user.role, user.display_name) == (Role.CLIENT, "New")
    assert user.adult_confirmed_at is not None
    refused = log_in("new@example.test")
    assert (refused.status_code, refused.json()["code"]) == (401, "email_not_verified")

    EmailAddress.objects.filter(user=user).update(verified=True)
    pair = log_in("new@example.test").json()
    assert (pair["token_type"], pair["expires_in"]) == ("Bearer", 900)
    assert me(api, pair["access_token"]).json()["email"] == "new@example.test"


def test_registering_where_no_proof_is_asked_signs_in_at_once(
    db: None, api: APIClient, settings: Any
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"

    answer = api.post("/api/v1/auth/register/", NEW)

    assert answer.status_code == 201, answer.content
    assert me(api, answer.json()["access_token"]).status_code == 200


def test_registering_a_known_email_answers_as_for_a_new_one(
    maya: User, api: APIClient, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    with django_capture_on_commit_callbacks(execute=True):
        known = api.post("/api/v1/auth/register/", {**NEW, "email": maya.email})
        new = api.post("/api/v1/auth/register/", NEW)

    assert (known.status_code, known.json()) == (new.status_code, new.json())
    assert User.objects.filter(email=maya.email).count() == 1
    maya.refresh_from_db()
    assert maya.display_name == "Maya"
    letters = {letter.to[0]: letter for letter in mail.outbox}
    assert set(letters) == {maya.email, NEW["email"]}
    assert "/accounts/password/reset/" in letters[maya.email].body
    assert "/accounts/confirm-email/" in letters[NEW["email"]].body
    assert all("SoulSeer" in letter.body for letter in letters.values())


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"is_adult": False}, "is_adult"),
        ({"password": "12345678"}, "password"),
        ({"email": "nobody"}, "email"),
        ({"display_name": "<b>x</b>"}, "display_name"),
        ({"display_name": "a\u202eb"}, "display_name"),
    ],
)
def test_a_bad_registration_names_its_field_and_makes_nobody(
    db: None, api: APIClient, change: dict[str, Any], field: str
) -> None:
    answer = api.post("/api/v1/auth/register/", {**NEW, **change})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field
    assert not User.objects.exists()


def test_a_role_cannot_be_asked_for(db: None, api: APIClient) -> None:
    api.post("/api/v1/auth/register/", {**NEW, "role": "admin", "is_staff": True})

    user = User.objects.get()
    assert (user.role, user.is_staff) == (Role.CLIENT, False)


def test_wrong_password_and_unknown_email_are_told_apart_by_nobody(maya: User, log_in: Any) -> None:
    wrong = log_in(password="not the one").json()
    unknown = log_in("nobody@example.test").json()

    assert wrong["status"] == unknown["status"] == 401
    assert wrong["code"] == unknown["code"] == "password_mismatch"
    assert wrong["detail"] == unknown["detail"]
    assert "Four tries are left before a short pause." in wrong["detail"]


def test_the_fifth_miss_pauses_sign_in_for_that_account_and_address(
    maya: User, otto: User, api: APIClient, log_in: Any, settings: Any
) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "auth": (100, 300)}
    answers = [log_in(password="not the one") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 401, 429]

    paused = log_in()
    assert (paused.status_code, paused.json()["code"]) == (429, "sign_in_paused")
    assert paused.headers["Retry-After"] == "300"
    assert log_in("otto@example.test").status_code == 200, "another account is not paused"


def test_the_sixth_try_in_five_minutes_is_refused_even_with_the_right_password(
    maya: User, log_in: Any
) -> None:
    answers = [log_in() for _ in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[0].headers["RateLimit-Limit"] == "5"
    assert answers[0].headers["RateLimit-Remaining"] == "4"
    assert answers[5].json()["code"] == "too_many"
    assert int(answers[5].headers["Retry-After"]) <= 301


def test_a_second_factor_is_asked_for_and_checked(maya: User, log_in: Any) -> None:
    secret = generate_totp_secret()
    TOTP.activate(maya, secret)
    right = f"{hotp_value(secret, next(iter(yield_hotp_counters_from_time()))):06d}"

    assert log_in().json()["code"] == "second_factor_needed"
    assert log_in(code="000000").json()["code"] == "second_factor_wrong"
    assert log_in(code=right).status_code == 200


def test_a_refresh_gives_a_new_pair_and_the_old_access_token_lives_on(
    maya: User, api: APIClient, log_in: Any
) -> None:
    first = log_in().json()
    second = api.post("/api/v1/auth/refresh/", {"refresh_token": first["refresh_token"]}).json()

    assert second["refresh_token"] != first["refresh_token"]
    assert me(api, first["access_token"]).status_code == 200
    assert me(api, second["access_token"]).status_code == 200


def test_a_replayed_refresh_token_ends_its_whole_sign_in_and_no_other(
    maya: User, api: APIClient, log_in: Any
) -> None:
    stolen, elsewhere = log_in().json(), log_in().json()
    fresh = api.post("/api/v1/auth/refresh/", {"refresh_token": stolen["refresh_token"]}).json()

    replay = api.post("/api/v1/auth/refresh/", {"refresh_token": stolen["refresh_token"]})

    assert (replay.status_code, replay.json()["code"]) == (401, "refresh_token_refused")
    assert me(api, fresh["access_token"]).status_code == 401
    after = api.post("/api/v1/auth/refresh/", {"refresh_token": fresh["refresh_token"]})
    assert after.status_code == 401
    assert me(api, elsewhere["access_token"]).status_code == 200
    assert UserSession.objects.filter(user=maya).count() == 1


@pytest.mark.parametrize("token", ["", "x", "e30.e30.e30", "é" * 20])
def test_a_made_up_refresh_token_is_refused(db: None, api: APIClient, token: str) -> None:
    answer = api.post("/api/v1/auth/refresh/", {"refresh_token": token})

    assert answer.status_code in (400, 401)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_an_access_token_is_not_a_refresh_token_nor_the_reverse(
    maya: User, api: APIClient, log_in: Any
) -> None:
    pair = log_in().json()

    swapped = api.post("/api/v1/auth/refresh/", {"refresh_token": pair["access_token"]})
    assert swapped.status_code == 401
    assert me(api, pair["refresh_token"]).status_code == 401


def test_signing_out_ends_both_tokens(maya: User, api: APIClient, log_in: Any) -> None:
    pair = log_in().json()
    bearer = {"Authorization": f"Bearer {pair['access_token']}"}

    assert api.post("/api/v1/auth/logout/", headers=bearer).status_code == 204
    assert me(api, pair["access_token"]).status_code == 401
    refused = api.post("/api/v1/auth/refresh/", {"refresh_token": pair["refresh_token"]})
    assert refused.status_code == 401
    assert api.post("/api/v1/auth/logout/", headers=bearer).status_code == 401


def test_a_token_does_not_outlive_its_15_minutes(maya: User, api: APIClient, log_in: Any) -> None:
    pair = log_in().json()

    with time_machine.travel(time.time() + 15 * 60 + 1, tick=False):
        assert me(api, pair["access_token"]).status_code == 401


def test_a_frozen_account_is_told_so_only_with_the_right_password(maya: User, log_in: Any) -> None:
    accounts.freeze(user_id=maya.pk, at=clock.now())

    assert log_in().json()["code"] == "account_frozen"
    assert log_in(password="not the one").json()["code"] == "password_mismatch"


@pytest.mark.django_db(transaction=True)
def test_of_two_simultaneous_refreshes_one_gets_a_pair_and_the_sign_in_ends(
    maya: User, log_in: Any
) -> None:
    token = log_in().json()["refresh_token"]
    start = threading.Barrier(2)
    statuses: list[int] = []

    def renew() -> None:
        start.wait()
        answer = APIClient().post("/api/v1/auth/refresh/", {"refresh_token": token})
        statuses.append(answer.status_code)
        connection.close()

    racers = [threading.Thread(target=renew) for _ in range(2)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()

    assert sorted(statuses) == [200, 401]
    assert not UserSession.objects.filter(user=maya).exists()
