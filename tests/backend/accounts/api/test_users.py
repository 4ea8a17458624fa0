from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from backend.accounts.models import Block, User


@pytest.fixture
def as_maya(maya: User, api: APIClient) -> APIClient:
    api.force_authenticate(maya)
    return api


def test_one_sees_and_changes_oneself(as_maya: APIClient, maya: User) -> None:
    seen = as_maya.get("/api/v1/users/me/")
    assert seen.json()["display_name"] == "Maya"
    assert "password" not in seen.json()

    change = {"display_name": "Maya L.", "timezone": "Europe/Copenhagen"}
    changed = as_maya.patch("/api/v1/users/me/", change)

    assert changed.status_code == 200
    assert changed.json() | change == changed.json()
    assert changed.headers["ETag"] != seen.headers["ETag"]


def test_role_email_and_standing_cannot_be_changed_by_oneself(
    as_maya: APIClient, maya: User
) -> None:
    as_maya.patch(
        "/api/v1/users/me/", {"role": "admin", "email": "x@example.test", "is_staff": True}
    )

    maya.refresh_from_db()
    assert (maya.role, maya.email, maya.is_staff) == ("client", "maya@example.test", False)


def test_a_change_made_on_an_old_copy_is_refused(as_maya: APIClient, maya: User) -> None:
    old = as_maya.get("/api/v1/users/me/").headers["ETag"]
    as_maya.patch("/api/v1/users/me/", {"display_name": "First"}, headers={"If-Match": old})

    late = as_maya.patch("/api/v1/users/me/", {"display_name": "Second"}, headers={"If-Match": old})

    assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")
    maya.refresh_from_db()
    assert maya.display_name == "First"


@pytest.mark.parametrize(
    "change", [{"timezone": "Moon/Crater"}, {"display_name": ""}, {"display_name": "x" * 61}]
)
def test_a_bad_change_is_refused(as_maya: APIClient, maya: User, change: dict[str, Any]) -> None:
    answer = as_maya.patch("/api/v1/users/me/", change)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")


def test_blocking_over_the_api_lists_and_lifts(as_maya: APIClient, otto: User) -> None:
    door = f"/api/v1/users/{otto.pk}/block/"
    assert as_maya.post(door).status_code == 204
    [row] = as_maya.get("/api/v1/users/me/blocks/").json()["results"]
    assert row["user_id"] == str(otto.pk)

    assert as_maya.delete(door).status_code == 204
    assert not Block.objects.exists()


def test_strangers_see_nobody(db: None, api: APIClient) -> None:
    answer = api.get("/api/v1/users/me/")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json()["code"] == "not_signed_in"
