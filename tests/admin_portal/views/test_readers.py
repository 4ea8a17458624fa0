from __future__ import annotations

import pytest
from django.test import Client

from backend.accounts.models import AuditEntry, User
from readers.models import ReaderProfile, VettingStep

pytestmark = pytest.mark.django_db


def test_an_admin_vets_a_new_reader_and_shows_their_page(staff: Client) -> None:
    staff.post("/staff/readers/new/", {"email": "ana@example.test", "display_name": "Ana"})
    ana = User.objects.get(email="ana@example.test")
    page = f"/staff/people/{ana.pk}/"

    early = staff.post(f"{page}publish/", follow=True).content.decode()
    assert "Still to confirm: identity seen" in early
    for kind in VettingStep.Kind.values:
        staff.post(f"{page}vetting/{kind}/", {"reason": "Seen in a call"})
    shown = staff.post(f"{page}publish/", follow=True).content.decode()
    assert "Page shown" in shown
    assert shown.count("Seen in a call") >= 5

    staff.post(f"{page}vetting/adult/take-back/", {"reason": "A forged card"})
    assert ReaderProfile.objects.get().published_at is None
    assert "A forged card" in staff.get(page).content.decode()


def test_rates_are_set_within_the_floor(staff: Client) -> None:
    staff.post("/staff/readers/new/", {"email": "ana@example.test", "display_name": "Ana"})
    profile = ReaderProfile.objects.get()
    page = f"/staff/people/{profile.pk}/"

    low = staff.post(f"{page}rates/", {"chat": "0.49", "reason": "x"}, follow=True)
    assert "0.5" in low.content.decode()
    profile.refresh_from_db()
    assert profile.rate_chat_cents is None
    staff.post(f"{page}rates/", {"chat": "2.50", "reason": "As agreed"})
    profile.refresh_from_db()
    assert (profile.rate_chat_cents, profile.rate_voice_cents) == (250, None)
    line = AuditEntry.objects.get(act="reader.set_rates")
    assert (line.reason, line.facts["chat_cents"]) == ("As agreed", 250)
