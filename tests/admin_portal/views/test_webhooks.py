"""The inbox on staff pages: seen by state, opened with its secrets masked, tried again."""

from __future__ import annotations

from datetime import datetime

from django.test import Client

from backend.accounts.models import AuditEntry
from backend.inbox.models import ExternalEvent
from tests.backend.inbox.test_replays import an_event

INBOX = "/staff/webhooks/"


def test_events_are_listed_by_state_type_object_and_day(staff: Client, at: datetime) -> None:
    dead = an_event("dead", at, type="payout.failed")
    an_event("done", at)
    ExternalEvent.objects.filter(pk=dead.pk).update(object_id="po_1")

    assert len(staff.get(INBOX).context["events"]) == 2
    day = f"{at:%Y-%m-%d}"
    for narrow in ({"state": "dead"}, {"type": "payout.failed"}, {"object_id": "po_1"}):
        shown = staff.get(INBOX, {**narrow, "day": day}).context["events"]
        assert [event.pk for event in shown] == [dead.pk]
    assert list(staff.get(INBOX, {"day": "2020-01-01"}).context["events"]) == []
    assert "No dead letters" not in staff.get(f"{INBOX}?state=dead").content.decode()
    assert staff.get(INBOX, {"day": "nonsense", "before": "x", "state": "y"}).status_code == 200


def test_a_payload_is_shown_masked_and_a_dead_letter_is_tried_again(
    staff: Client, at: datetime
) -> None:
    dead = an_event("dead", at)
    ExternalEvent.objects.filter(pk=dead.pk).update(
        payload={"client_secret": "pi_1_secret_x", "receipt_email": "maya@example.test"},
        note="Boom: no",
    )
    page = f"{INBOX}{dead.pk}/"
    shown = staff.get(page).content.decode()
    assert "client_secret" in shown
    assert "pi_1_secret_x" not in shown
    assert "maya@example.test" not in shown
    assert "Boom: no" in shown

    assert "tried again now" in staff.post(f"{page}replay/", follow=True).content.decode()
    assert "waits for its next try" in staff.post(f"{page}replay/", follow=True).content.decode()
    assert AuditEntry.objects.count() == 1


def test_dead_letters_are_tried_again_together_and_done_ones_never(
    staff: Client, at: datetime
) -> None:
    for number in range(3):
        an_event("dead", at, number=number)
    done = an_event("done", at)

    assert "3 are tried again" in (
        staff.post(f"{INBOX}replay/", {"state": "dead"}, follow=True).content.decode()
    )
    staff.post(f"{INBOX}replay/", {"state": "done"})
    done.refresh_from_db()
    assert (done.state, ExternalEvent.objects.filter(state="waiting").count()) == ("done", 3)
