from __future__ import annotations

from typing import Any

from django.test import Client

from backend.accounts.models import Role, User

NEW_READER = "/staff/readers/new/"


def test_an_admin_invites_a_reader_from_the_page(staff: Client) -> None:
    answer = staff.post(NEW_READER, {"email": "ana@example.test", "display_name": "Ana"})

    reader = User.objects.get(role=Role.READER)
    assert answer.headers["Location"] == f"/staff/people/{reader.pk}/"
    shown = staff.get(answer.headers["Location"]).content.decode()
    assert "Send it again" in shown


def test_a_taken_email_is_said_beside_the_field(staff: Client, maya: User) -> None:
    answer = staff.post(NEW_READER, {"email": maya.email.upper(), "display_name": "Ana"})

    assert answer.status_code == 422
    assert "There is an account with this e-mail" in answer.content.decode()
    assert not User.objects.filter(role=Role.READER).exists()


def test_people_are_found_by_a_part_of_their_name_and_by_role(staff: Client, maya: User) -> None:
    assert maya.email in staff.get("/staff/people/?q=may&role=client").content.decode()
    assert maya.email not in staff.get("/staff/people/?q=may&role=reader").content.decode()
    assert staff.get("/staff/people/?role=owner&before=x").status_code == 200


def test_a_freeze_needs_a_reason_and_is_lifted(staff: Client, maya: User) -> None:
    page = f"/staff/people/{maya.pk}/"
    assert staff.post(f"{page}freeze/", {"reason": ""}).status_code == 422
    maya.refresh_from_db()
    assert not maya.is_frozen

    staff.post(f"{page}freeze/", {"reason": "card testing"})
    assert "card testing" in staff.get(page).content.decode()
    staff.post(f"{page}thaw/")
    maya.refresh_from_db()
    assert not maya.is_frozen


def test_an_admin_cannot_freeze_themselves(staff: Client, root: User) -> None:
    answer = staff.post(f"/staff/people/{root.pk}/freeze/", {"reason": "oops"})

    assert answer.status_code == 422
    root.refresh_from_db()
    assert not root.is_frozen


def test_visitors_sign_in_first_and_others_are_sent_away(maya: User, root: User) -> None:
    pages = ["/staff/people/", NEW_READER, f"/staff/people/{root.pk}/"]
    acts = [f"/staff/people/{root.pk}/{act}/" for act in ("freeze", "thaw", "invite")]
    visitor, client = Client(), Client()
    client.force_login(maya)
    for page in pages:
        assert visitor.get(page).headers["Location"].startswith("/accounts/login/")
        assert client.get(page).status_code == 403
    for act in acts:
        assert visitor.post(act, {"reason": "x"}).status_code == 302
        assert client.post(act, {"reason": "x"}).status_code == 403

    root.refresh_from_db()
    assert not root.is_frozen


def test_the_row_browser_is_entered_by_the_same_sign_in(staff: Client, maya: User) -> None:
    assert Client().get("/django-admin/").headers["Location"].startswith("/django-admin/login/")
    client = Client()
    client.force_login(maya)
    assert client.get("/django-admin/login/").status_code == 403


def test_staff_are_warned_until_viewers_of_agora_cannot_send(staff: Client, settings: Any) -> None:
    settings.STREAMS_BY_AGORA, settings.AGORA_COHOST_AUTHENTICATION = True, False
    assert "every viewer of a stream could send" in staff.get("/staff/people/").content.decode()

    settings.AGORA_COHOST_AUTHENTICATION = True
    assert "could send" not in staff.get("/staff/people/").content.decode()
