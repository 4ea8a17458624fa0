"""The audit log only grows."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from backend.accounts.models import AuditEntry
from backend.accounts.services import audit_log
from tests import builders

pytestmark = pytest.mark.django_db


def _entry(at: datetime) -> AuditEntry:
    return audit_log.record(
        actor=builders.an_admin(),
        act="account.freeze",
        about="user:1",
        at=at,
        reason="  Asked twice for a card number.  ",
        facts={"cents": 5},
    )


def test_an_act_is_kept_with_its_reason(at: datetime) -> None:
    kept = AuditEntry.objects.get(pk=_entry(at).pk)

    assert (kept.act, kept.reason, kept.facts) == (
        "account.freeze",
        "Asked twice for a card number.",
        {"cents": 5},
    )


def test_the_database_refuses_to_change_or_delete_an_act(at: datetime) -> None:
    entry = _entry(at)

    with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).update(reason="Nothing happened.")
    with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
        entry.delete()

    assert AuditEntry.objects.get(pk=entry.pk).reason == entry.reason
