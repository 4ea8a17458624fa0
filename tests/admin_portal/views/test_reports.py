"""The review queue: what people report, from everywhere, and what follows."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client

from backend.accounts.models import AuditEntry, Report, User
from backend.accounts.services import reports
from backend.notifications.models import Notification
from live.models import StreamReport
from live.streams.services import reports as of_streams
from tests import builders
from tests.live.streams.conftest import live, studio
from tests.live.streams.stage import Studio

__all__ = ["live", "studio"]
PAGE = "/staff/reports/"


@pytest.fixture
def report(maya: User, at: datetime) -> Report:
    """Maya tells of a reader."""
    ana = builders.a_reader(at=at, name="Ana").user
    return reports.send(
        reporter=maya, about_id=ana.pk, reason="frightening", words="She spoke of a curse.", at=at
    )


def test_staff_are_told_and_warn_the_person(root: User, staff: Client, report: Report) -> None:
    told = Notification.objects.get(user=root)
    assert (told.url, "Ana" in told.title) == (PAGE, True)
    shown = staff.get(PAGE).content.decode()
    assert all(words in shown for words in ("Ana", "Maya", "She spoke of a curse."))

    here = f"{PAGE}person/{report.pk}/decide/"
    assert staff.post(here, {"verdict": "warned", "reason": " "}).status_code == 422
    assert staff.post(here, {"verdict": "hanged", "reason": "x"}).status_code == 422
    staff.post(here, {"verdict": "warned", "reason": "Curses are against our rules."})

    report.refresh_from_db()
    assert (report.state, report.decided_by) == ("warned", root)
    word = Notification.objects.get(user=report.about)
    assert "Maya" not in word.title + word.body
    assert AuditEntry.objects.get(act="report.warn").about == f"report:{report.pk}"
    late = staff.post(here, {"verdict": "frozen", "reason": "More."}, follow=True)
    assert "Somebody has decided this already" in late.content.decode()
    report.about.refresh_from_db()
    assert not report.about.is_frozen
    assert "Curses are against our rules." in staff.get(f"{PAGE}?view=decided").content.decode()


def test_a_report_can_freeze_the_account(staff: Client, report: Report) -> None:
    staff.post(f"{PAGE}person/{report.pk}/decide/", {"verdict": "frozen", "reason": "Third time."})
    report.about.refresh_from_db()
    assert report.about.is_frozen
    assert report.about.frozen_reason == "Reported: Third time."


def test_reports_of_rooms_stand_in_the_same_queue(
    staff: Client, report: Report, live: Studio
) -> None:
    kept = of_streams.send(
        by=live.viewer(),
        stream_id=live.stream.id,
        user_id=live.host.pk,
        reason="Asks for money outside",
        at=live.now,
    )
    shown = staff.get(PAGE).content.decode()
    assert all(words in shown for words in ("Asks for money outside", "She spoke of a curse."))

    here = f"{PAGE}stream/{kept.pk}/decide/"
    staff.post(here, {"verdict": "dismissed", "reason": "A misunderstanding."})

    kept = StreamReport.objects.get()
    assert (kept.state, kept.reviewed_at is not None) == ("dismissed", True)
    assert "Asks for money outside" not in staff.get(PAGE).content.decode()


def test_a_person_reports_from_a_page_and_over_the_api(maya: User, at: datetime) -> None:
    ana = builders.a_reader(at=at, name="Ana").user
    browser = Client()
    browser.force_login(maya)
    page = f"/reports/{ana.pk}/?place=reader:{ana.pk}&next=/readers/"
    assert "What happened with Ana" in browser.get(page).content.decode()
    assert browser.post(page, {}).status_code == 422
    assert browser.post(page, {"reason": "other", "words": ""}).status_code == 422
    done = browser.post(page, {"reason": "rude", "words": "Shouted.", "block": "on"})
    assert (done.status_code, done.headers["Location"]) == (302, "/readers/")
    assert Report.objects.get().place == f"reader:{ana.pk}"
    assert maya.blocks_made.get().blocked == ana
    assert browser.get(f"/reports/{builders.an_admin().pk}/").status_code == 404
    elsewhere = f"/reports/{ana.pk}/?next=https://evil.example"
    assert "evil.example" not in browser.get(elsewhere).content.decode()

    program = builders.api(maya)
    body = {"user_id": str(ana.pk), "reason": "fraud"}
    assert program.post("/api/v1/reports/", body, format="json").status_code == 400
    answer = program.post("/api/v1/reports/", body, format="json", **builders.key())
    assert (answer.status_code, answer.json()["reason"]) == (201, "rude"), "the open one"
    for _ in range(12):
        answer = program.post("/api/v1/reports/", body, format="json", **builders.key())
    assert answer.status_code == 429
    assert Report.objects.count() == 1
