"""The staff pages of cases, as an admin's browser sees them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from admin_portal.evidence import files, selectors
from backend.accounts.models import AuditEntry, User
from backend.core import clock
from payouts.disputes.services import appeals
from payouts.models import Decision, Dispute
from tests import builders
from tests.admin_portal.evidence.conftest import COMPLAINT
from tests.admin_portal.evidence.readings import SECRET
from tests.live.stage import Stage

QUEUE = "/staff/disputes/"
QUERIES_MAX = 45
TWO = {"outcome": "minutes", "minutes": "2", "bearer": "split", "reason": "Two were weak"}


class Desk:
    """One browser of staff before one case, at the stage's hour."""

    def __init__(self, browser: Client, case_id: object, stage: Stage) -> None:
        self.browser, self.stage = browser, stage
        self.here = f"{QUEUE}{case_id}/"

    def look(self, path: str = "", **query: str) -> Any:
        with clock.frozen(self.stage.now):
            return self.browser.get(path or self.here, query)

    def do(self, act: str, **fields: str) -> Any:
        with clock.frozen(self.stage.now):
            return self.browser.post(f"{self.here}{act}/", fields)


@pytest.fixture
def desk(staff: Client, dispute: Dispute, stage: Stage) -> Desk:
    return Desk(staff, dispute.pk, stage)


def text_of(answer: Any) -> str:
    """The page without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_the_queue_shows_what_waits_and_how_long(
    desk: Desk, dispute: Dispute, stage: Stage
) -> None:
    shown = text_of(desk.look(QUEUE))
    assert files.number_of(dispute.pk) in shown
    assert stage.client.display_name in shown
    assert "Answer due in" in shown

    stage.wait(settings.DISPUTE_ANSWER_HOURS * 3600 + 7200)
    assert "Answer late by 2 h" in text_of(desk.look(QUEUE, view="overdue"))
    assert "No such cases" in text_of(desk.look(QUEUE, view="waiting", reason="conduct"))
    assert "No such cases" in text_of(desk.look(QUEUE, view="decided"))


def test_a_case_shows_both_sides_the_money_and_sealed_evidence_without_words(
    desk: Desk, dispute: Dispute, stage: Stage
) -> None:
    with CaptureQueriesContext(connection) as seen:
        page = desk.look()
    shown = text_of(page)

    assert page.status_code == 200
    for said in (COMPLAINT, stage.client.display_name, stage.reader.display_name):
        assert said in shown
    verdict = selectors.verify(dispute.pk)
    assert f"Evidence intact, {verdict.records} records" in shown
    assert verdict.head in shown
    assert "The reader&#x27;s sound was nearly lost" in shown
    assert "View and log my name" in shown
    assert SECRET not in page.content.decode()
    assert page.content.count(b'class="bar bad"') >= 3
    assert len(seen) <= QUERIES_MAX
    assert b"rtt ms 24" not in page.content
    assert b"rtt ms 24" in desk.look(measurements="1").content


def test_words_are_shown_once_with_a_reason_and_never_without(
    desk: Desk, dispute: Dispute, root: User
) -> None:
    refused = desk.do("words", why="because")
    assert refused.status_code == 422
    assert SECRET not in refused.content.decode()
    assert not AuditEntry.objects.filter(act="chat.read").exists()

    read = desk.do("words", why="The client says she was insulted")
    assert SECRET in read.content.decode()
    assert "As it was sealed" in text_of(read)
    assert AuditEntry.objects.get(act="chat.read").actor == root
    assert SECRET not in desk.look().content.decode()
    assert selectors.verify(dispute.pk).holds


def test_a_decision_is_previewed_and_taken_and_its_appeal_answered(
    desk: Desk, dispute: Dispute, stage: Stage
) -> None:
    fragment = text_of(desk.do("preview", **TWO))
    assert "Credit 2 minutes, $7.98" in fragment
    assert "+$7.98" in fragment
    assert "Say how many minutes" in text_of(desk.do("preview", outcome="minutes", bearer="split"))
    too_much = {**TWO, "outcome": "custom", "amount": "9999.00"}
    assert "Credit" not in text_of(desk.do("preview", **too_much))
    assert not Decision.objects.exists()

    without_reason = desk.do("resolve", **{**TWO, "reason": ""}, version="1")
    stale = desk.do("resolve", **TWO, version="9")
    assert (without_reason.status_code, stale.status_code) == (400, 409)
    assert not Decision.objects.exists()
    assert desk.do("resolve", **TWO, version="1").status_code == 302
    assert Decision.objects.get().cents == 798
    assert "Either side may appeal until" in text_of(desk.look())

    appeals.appeal(
        dispute_id=dispute.pk, by=stage.client, text="It was worse", at=stage.now + timedelta(1)
    )
    stage.now += timedelta(1)
    again = text_of(desk.look())
    assert "Answer to the appeal" in again
    assert "Appealed by the client" in again
    now = Dispute.objects.get(pk=dispute.pk)
    assert desk.do("resolve", **{**TWO, "outcome": "reject"}, version=str(now.version))
    assert "Nothing is left to decide here" in text_of(desk.look())
    stage.assert_sound()


def test_a_large_decision_waits_for_another_admins_signature(
    desk: Desk, dispute: Dispute, stage: Stage, settings: Any
) -> None:
    settings.STAFF_ALONE_MAX_CENTS = 500
    assert "A second admin has to sign this" in text_of(desk.do("preview", **TWO))
    desk.do("resolve", **TWO, version="1")
    assert "another admin has to sign" in text_of(desk.look())
    own = desk.do("approve")
    assert (own.status_code >= 400, Decision.objects.exists()) == (True, False)
    assert "Second signature" in text_of(desk.look(QUEUE, view="second"))

    other = Desk(builders.staff_browser(builders.an_admin(name="Noor")), dispute.pk, stage)
    assert "Sign, $7.98" in text_of(other.look())
    assert other.do("approve").status_code == 302
    signed = Decision.objects.get()
    assert (signed.cents, signed.second_by is not None) == (798, True)


def test_the_pack_leaves_as_pdf_and_json_and_each_is_noted(desk: Desk, dispute: Dispute) -> None:
    paper, plain = desk.do("export", **{"as": "pdf"}), desk.do("export", **{"as": "json"})
    assert paper.content.startswith(b"%PDF")
    assert plain.json()["chain"]["head"] == selectors.chain_of(dispute.pk).head
    assert "attachment" in paper.headers["Content-Disposition"]
    assert desk.do("export", **{"as": "exe"}).status_code == 400
    assert AuditEntry.objects.filter(act="evidence.export").count() == 2

    desk.do("notes", note="Asked for the logs.")
    assert "Asked for the logs." in text_of(desk.look())


def test_only_admins_open_these_pages(dispute: Dispute, stage: Stage) -> None:
    browser = Client()
    for person in (stage.client, stage.reader):
        browser.force_login(person)
        there = Desk(browser, dispute.pk, stage)
        assert there.look().status_code == there.look(QUEUE).status_code == 403
        for act in ("preview", "resolve", "approve", "refuse", "notes", "words", "export"):
            assert there.do(act, **TWO, why="I am curious about it").status_code == 403
    assert not Decision.objects.exists()
    assert not AuditEntry.objects.filter(act__in=["chat.read", "evidence.export"]).exists()


def test_a_reader_who_appeals_can_be_made_good_from_the_case(
    desk: Desk, dispute: Dispute, stage: Stage
) -> None:
    desk.do("resolve", **TWO, version="1")
    appeals.appeal(
        dispute_id=dispute.pk, by=stage.reader, text="I was there", at=stage.now + timedelta(1)
    )
    stage.now += timedelta(1)

    assert (
        f"?person={stage.reader.pk}&amp;reason=Appeal%20of%20case" in desk.look().content.decode()
    )
