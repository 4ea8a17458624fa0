from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from backend.accounts.models import AuditEntry
from backend.core import clock
from tests.live.stage import Stage

LIST = "/staff/sessions/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(at: datetime) -> Stage:
    """A chat that has run for half a minute."""
    stage = Stage(at)
    stage.connect("chat", question="Shall I?")
    stage.run(30)
    return stage


def test_an_admin_sees_a_reading_and_ends_it_with_a_reason(staff: Client, stage: Stage) -> None:
    page = f"{LIST}{stage.session.pk}/"
    shown = staff.get(page).content.decode()
    assert "In a reading" in shown
    assert "Shall I?" not in shown  # the question is between the two

    with clock.frozen(stage.now):
        assert staff.post(f"{page}end/", {"reason": " "}).status_code == 422
        assert stage.row().is_live
        staff.post(f"{page}end/", {"reason": "Police asked"})
        late = staff.post(f"{page}end/", {"reason": "Again"}, follow=True)
    row = stage.row()
    assert (row.state, row.reason) == ("ended", "admin")
    assert row.captured_cents > 0
    assert "It was over already" in late.content.decode()
    line = AuditEntry.objects.get()
    assert (line.act, line.reason) == ("session.end", "Police asked")
    assert line.about == f"session:{row.pk}"


def test_sessions_are_filtered(staff: Client, stage: Stage) -> None:
    def found(query: str) -> bool:
        return str(stage.session.pk) in staff.get(f"{LIST}?{query}").content.decode()

    day = stage.now.date()
    for query in ("", "state=live", "state=active&kind=chat", f"who={stage.client.email}",
                  f"since={day}&until={day}", "since=yesterday"):  # fmt: skip
        assert found(query), query
    for query in ("state=over", "kind=video", "who=nobody", f"until={day - timedelta(days=1)}"):
        assert not found(query), query
    assert staff.get(f"{LIST}{stage.client.pk}/").status_code == 404
