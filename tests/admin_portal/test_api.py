from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from rest_framework.test import APIClient

from backend.accounts.models import Invitation, Role, User
from backend.accounts.services import invitations
from backend.core import clock
from readers.models import ReaderProfile

DOOR = "/api/v1/admin/readers/"
ANA = {"email": "ana@example.test", "display_name": "Ana"}
KEY = {"Idempotency-Key": "one"}


def test_an_admin_makes_a_reader_once_however_often_the_request_comes(as_root: APIClient) -> None:
    first = as_root.post(DOOR, ANA, headers=KEY)
    again = as_root.post(DOOR, ANA, headers=KEY)

    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    reader = User.objects.get(email=ANA["email"])
    assert (first.json()["id"], reader.role) == (str(reader.pk), Role.READER)
    invitations.send_due(at=clock.now())
    assert [letter.to for letter in mail.outbox] == [[ANA["email"]]]


def test_a_new_reader_has_a_page_that_is_hidden_until_they_are_vetted(as_root: APIClient) -> None:
    made = as_root.post(DOOR, ANA, headers=KEY).json()

    assert ReaderProfile.objects.get(pk=made["id"]).published_at is None
    assert as_root.get(f"/api/v1/readers/{made['id']}/").status_code == 404


def test_a_taken_email_makes_nobody(as_root: APIClient, maya: User) -> None:
    answer = as_root.post(DOOR, {**ANA, "email": maya.email}, headers=KEY)

    assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("body", "headers", "code"),
    [
        (ANA, {}, "idempotency_key_required"),
        ({"email": "ana"}, KEY, "invalid_input"),
        ({**ANA, "display_name": "<i>"}, KEY, "invalid_input"),
        ({**ANA, "email": 7.5}, KEY, "invalid_input"),
    ],
)
def test_a_bad_request_makes_nobody(
    as_root: APIClient, body: dict[str, Any], headers: dict[str, str], code: str
) -> None:
    answer = as_root.post(DOOR, body, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert not User.objects.filter(role=Role.READER).exists()


def test_only_admins_make_readers_and_freeze(maya: User, root: User) -> None:
    for caller, status in [(None, 401), (maya, 403)]:
        api = APIClient()
        api.force_authenticate(caller)
        assert api.post(DOOR, ANA, headers=KEY).status_code == status
        for act in ("freeze", "thaw"):
            door = f"/api/v1/admin/users/{root.pk}/{act}/"
            assert api.post(door, {"reason": "x"}).status_code == status

    root.refresh_from_db()
    assert root.frozen_at is None
    assert not User.objects.filter(role=Role.READER).exists()


def test_an_admin_freezes_and_thaws_others_but_not_themselves(
    as_root: APIClient, maya: User, root: User
) -> None:
    frozen = as_root.post(f"/api/v1/admin/users/{maya.pk}/freeze/", {"reason": "card testing"})
    own = as_root.post(f"/api/v1/admin/users/{root.pk}/freeze/", {"reason": "oops"})
    maya.refresh_from_db()
    assert (frozen.status_code, maya.is_frozen) == (204, True)
    assert (own.status_code, own.json()["code"]) == (422, "own_account")

    assert as_root.post(f"/api/v1/admin/users/{maya.pk}/thaw/").status_code == 204
    maya.refresh_from_db()
    assert not maya.is_frozen
    assert maya.notices.get().title == "Your account is open again"
