"""A reader's page is shown when every point of the list is confirmed, and not before."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client

from backend.accounts.models import AuditEntry, Role, User
from backend.core.errors import Forbidden, InvalidInput, NotFound
from readers.models import VettingStep
from readers.services import profiles, vetting
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(at: datetime) -> User:
    """A reader whom an admin has just made."""
    user = User.objects.create_user("ana@example.test", display_name="Ana", role=Role.READER)
    profiles.create(user=user, at=at)
    return user


def is_shown(reader: User) -> bool:
    return Client().get(f"/api/v1/readers/{reader.pk}/").status_code == 200


def test_the_page_is_shown_when_every_point_is_confirmed(ana: User, at: datetime) -> None:
    admin = builders.an_admin()
    this = {"reader_id": ana.pk, "by": admin, "at": at}
    for kind in VettingStep.Kind.values:
        with pytest.raises(vetting.VettingIncomplete):
            vetting.publish(**this)
        assert not is_shown(ana)
        vetting.confirm(kind=kind, note="Seen in a call", **this)
    with pytest.raises(vetting.ConfirmedAlready):
        vetting.confirm(kind="adult", note="Seen twice", **this)

    vetting.publish(**this)
    vetting.publish(**this)
    assert is_shown(ana)
    assert AuditEntry.objects.filter(act="reader.publish").count() == 1
    step = VettingStep.objects.get(kind="identity")
    assert (step.done_by, step.done_at, step.note) == (admin, at, "Seen in a call")

    vetting.take_back(kind="agreement", reason="Signed by somebody else", **this)
    assert not is_shown(ana)
    assert vetting.missing_of(ana.reader_profile) == ["agreement"]


def test_a_suspended_reader_is_hidden_and_comes_back(at: datetime) -> None:
    reader, admin = builders.a_reader(at=at).user, builders.an_admin()
    vetting.hide(reader_id=reader.pk, reason="Complaints", by=admin, at=at)

    assert not is_shown(reader)
    assert AuditEntry.objects.get().reason == "Complaints"
    with pytest.raises(vetting.VettingIncomplete, match="identity seen"):
        vetting.publish(reader_id=reader.pk, by=admin, at=at)
    User.objects.filter(pk=reader.pk).update(is_demo=True)
    vetting.publish(reader_id=reader.pk, by=admin, at=at)
    assert is_shown(reader)


def test_only_admins_vet_and_say_what_they_saw(ana: User, at: datetime) -> None:
    admin = builders.an_admin()
    with pytest.raises(Forbidden):
        vetting.confirm(reader_id=ana.pk, kind="adult", note="Me", by=ana, at=at)
    with pytest.raises(Forbidden):
        vetting.publish(reader_id=ana.pk, by=ana, at=at)
    for kind, note in (("adult", " "), ("horoscope", "Leo")):
        with pytest.raises(InvalidInput):
            vetting.confirm(reader_id=ana.pk, kind=kind, note=note, by=admin, at=at)
    with pytest.raises(NotFound):
        vetting.take_back(reader_id=ana.pk, kind="adult", reason="x", by=admin, at=at)

    assert not VettingStep.objects.exists()
    assert not AuditEntry.objects.exists()
