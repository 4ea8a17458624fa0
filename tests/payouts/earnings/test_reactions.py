from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from backend.accounts.announcements import EmailChanged
from backend.core.announcements import announce
from payouts.earnings import selectors
from payouts.models import PayoutTerms
from tests import builders

pytestmark = pytest.mark.django_db


def test_another_e_mail_holds_a_reader_s_payouts_for_48_hours(at: datetime) -> None:
    reader = builders.a_reader(at=at).user
    client = builders.a_client(at=at)

    for person in (reader, client):
        announce(EmailChanged(user_id=person.pk, at=at))

    terms = PayoutTerms.objects.get()  # a client has none
    assert (terms.reader_id, terms.held_until) == (reader.pk, at + timedelta(hours=48))
    shown = selectors.onboarding(reader, at + timedelta(hours=47))
    assert (shown.held_until, shown.hold_reason) == (
        terms.held_until,
        "your e-mail address changed",
    )
    assert selectors.onboarding(reader, at + timedelta(hours=49)).held_until is None
