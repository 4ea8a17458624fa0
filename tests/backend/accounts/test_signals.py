from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from backend.accounts.models import AuditEntry, User
from backend.notifications.models import Notification
from tests.backend.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def _follow_the_link(browser: Client, django_capture_on_commit_callbacks: Any) -> None:
    (sent,) = [m for m in mail.outbox if m.to == ["new@example.test"]]
    path = re.search(r"/accounts/confirm-email/[^/\s]+/", sent.body)[0]
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(path)


def test_another_e_mail_wants_a_fresh_sign_in_and_tells_both_addresses(
    maya: User, django_capture_on_commit_callbacks: Any
) -> None:
    browser = Client()
    browser.force_login(maya)
    change = {"email": "new@example.test", "action_add": ""}

    stale = browser.post("/accounts/email/", change)
    assert stale.url.startswith("/accounts/reauthenticate/")
    assert mail.outbox == []
    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/accounts/reauthenticate/?next=/accounts/email/", {"password": PASSWORD})
    maya.refresh_from_db()
    assert maya.email == "maya@example.test"  # not before the link is opened

    _follow_the_link(browser, django_capture_on_commit_callbacks)

    maya.refresh_from_db()
    assert maya.email == "new@example.test"
    entry = AuditEntry.objects.get(act="email.change")
    assert (entry.actor, entry.about, entry.facts) == (maya, f"user:{maya.pk}", {})
    told = Notification.objects.get(user=maya, title="Your e-mail has changed")
    assert told.mail_due_at is not None  # and by then the new address is theirs
    old = [m for m in mail.outbox if m.to == ["maya@example.test"]]
    assert len(old) == 1
    assert "wait for 48 hours" in " ".join(old[0].body.split())
