from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client

from backend.accounts import announcements
from backend.accounts.models import Invitation, Role, User
from backend.accounts.services import accounts, invitations
from backend.core import announcements as core_announcements
from backend.core.errors import Forbidden, NotFound


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Everything announced to a reaction of this test."""
    told: list[object] = []
    book = {
        kind: [*core_announcements.reactions().get(kind, []), told.append]
        for kind in (
            announcements.AccountFrozen,
            announcements.SessionsRevoked,
            announcements.ReaderCreated,
        )
    }
    for kind, reactions in book.items():
        monkeypatch.setitem(core_announcements._reactions, kind, reactions)
    return told


def test_an_email_belongs_to_one_person_whatever_its_case(maya: User, at: datetime) -> None:
    with pytest.raises(accounts.EmailTaken):
        accounts.register(
            email="MAYA@example.test", password="another good one", display_name="Two", at=at
        )

    assert User.objects.count() == 1


def test_a_common_password_is_refused_and_nobody_is_made(db: None, at: datetime) -> None:
    with pytest.raises(accounts.WeakPassword) as refusal:
        accounts.register(email="a@example.test", password="12345678", display_name="A", at=at)

    assert refusal.value.extra["errors"][0]["field"] == "password"
    assert not User.objects.exists()


def test_an_invited_reader_gets_a_link_that_sets_a_password_and_signs_in(
    admin_user: User, at: datetime, heard: list[object]
) -> None:
    reader = accounts.create_reader(
        email="Ana@example.test", display_name="Ana", invited_by=admin_user, at=at
    )
    assert reader.role == Role.READER
    assert not reader.has_usable_password()
    assert heard == [announcements.ReaderCreated(reader.pk, "Ana", at)]

    assert invitations.send_due(at=at) == 1
    assert invitations.send_due(at=at) == 0, "nobody is invited twice by one row"
    [letter] = mail.outbox
    assert letter.to == ["ana@example.test"]
    link = invitations.link_for(reader)
    assert link.split("/accounts/")[0] in letter.body

    browser = Client()
    form = browser.get(link, follow=True)
    assert form.status_code == 200
    set_here = form.redirect_chain[-1][0]
    new = "a lantern by the door"
    browser.post(set_here, {"password1": new, "password2": new})
    reader.refresh_from_db()
    assert reader.check_password(new)
    assert EmailAddress.objects.get(user=reader).verified
    assert {consent.kind for consent in reader.consents.all()} == {"terms", "privacy", "adult"}


def test_only_admins_make_readers(maya: User, at: datetime) -> None:
    with pytest.raises(Forbidden):
        accounts.create_reader(email="ana@example.test", display_name="Ana", invited_by=maya, at=at)

    assert not User.objects.filter(role=Role.READER).exists()
    assert not Invitation.objects.exists()


def test_a_reader_who_has_accepted_is_not_invited_again(admin_user: User, at: datetime) -> None:
    reader = accounts.create_reader(
        email="ana@example.test", display_name="Ana", invited_by=admin_user, at=at
    )
    invitations.send_due(at=at)
    accounts.invite_again(user_id=reader.pk)
    assert Invitation.objects.get(user=reader).sent_at is None

    invitations.send_due(at=at)
    reader.set_password("a lantern by the door")
    reader.save()
    with pytest.raises(accounts.InvitationAccepted):
        accounts.invite_again(user_id=reader.pk)
    assert Invitation.objects.get(user=reader).sent_at == at
    assert len(mail.outbox) == 2


def test_an_invitation_whose_mail_failed_stays_due(
    admin_user: User, at: datetime, settings: object
) -> None:
    accounts.create_reader(
        email="ana@example.test", display_name="Ana", invited_by=admin_user, at=at
    )
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # type: ignore[attr-defined]

    assert invitations.send_due(at=at) == 0
    assert Invitation.objects.get().sent_at is None


def test_a_freeze_is_announced_once_and_ends_every_sign_in(
    maya: User, at: datetime, heard: list[object], log_in: object
) -> None:
    assert log_in().status_code == 200  # type: ignore[operator]

    accounts.freeze(user_id=maya.pk, at=at, reason="card testing")
    accounts.freeze(user_id=maya.pk, at=at, reason="again")

    assert heard == [
        announcements.SessionsRevoked(maya.pk),
        announcements.AccountFrozen(maya.pk, at),
    ]
    maya.refresh_from_db()
    assert maya.frozen_reason == "card testing"
    assert UserSession.objects.filter(user=maya).count() == 0


def test_a_thawed_account_signs_in_again(maya: User, at: datetime, log_in: object) -> None:
    accounts.freeze(user_id=maya.pk, at=at)
    assert log_in().status_code == 403  # type: ignore[operator]

    accounts.thaw(user_id=maya.pk)

    assert log_in().status_code == 200  # type: ignore[operator]


def test_nobody_cannot_be_frozen(db: None, at: datetime) -> None:
    with pytest.raises(NotFound):
        accounts.freeze(user_id=uuid4(), at=at)
