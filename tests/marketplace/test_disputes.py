"""A client disputes a reading from its receipt; both sides follow the case, on pages and by API."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from backend.core import clock
from backend.ledger import selectors as ledger
from payouts.dispute_states import Outcome
from payouts.disputes.services import decisions
from payouts.disputes.verdicts import Verdict
from payouts.models import Dispute
from tests import builders
from tests.live.stage import Stage, seconds

BODY = {"reason_code": "reader_silent", "text": "<b>Silence</b> for two minutes"}
HOUR = seconds(3_600)


@pytest.fixture
def ended(stage: Stage) -> Stage:
    """A reading of ten minutes that is over."""
    stage.connect()
    stage.run(600)
    stage.hangup()
    return stage


def visit(stage: Stage, user: object, path: str, **posted: str) -> Any:
    browser = Client()
    browser.force_login(user, backend="backend.accounts.backends.StandingBackend")  # type: ignore[arg-type]
    with clock.frozen(stage.now):
        return browser.post(path, posted) if posted else browser.get(path)


def text_of(stage: Stage, user: object, path: str) -> str:
    answer = visit(stage, user, path)
    assert answer.status_code == 200
    return str(answer.content.decode())


def call(stage: Stage, user: Any, path: str, body: dict[str, str] | None = None) -> Any:
    with clock.frozen(stage.now):
        if body is None:
            return builders.api(user).get(f"/api/v1/{path}")
        return builders.api(user).post(f"/api/v1/{path}", body, **builders.key())


def decide(stage: Stage, outcome: Outcome = Outcome.REJECT, **what: Any) -> None:
    dispute = Dispute.objects.get()
    decisions.decide(
        dispute_id=dispute.pk,
        by=builders.an_admin(),
        verdict=Verdict(outcome, reason="Looked at it", **what),
        version=dispute.version,
        at=stage.now,
    )


def test_the_receipt_leads_to_the_case_and_shows_what_came_back(ended: Stage) -> None:
    receipt, path = (
        f"/sessions/{ended.session.id}/receipt/",
        f"/sessions/{ended.session.id}/dispute/",
    )
    assert "Something wrong?" in text_of(ended, ended.client, receipt)
    assert "Something wrong?" not in text_of(ended, ended.reader, receipt)

    opened = visit(ended, ended.client, path, **BODY, key="k")

    dispute = Dispute.objects.get()
    assert (opened.status_code, opened["Location"]) == (302, f"/disputes/{dispute.pk}/")
    assert ledger.earnings_of(ended.reader.pk).disputed_cents == 2_793
    for user in (ended.client, ended.reader):
        shown = text_of(ended, user, f"/disputes/{dispute.pk}/")
        assert "&lt;b&gt;Silence&lt;/b&gt;" in shown
        assert f"/disputes/{dispute.pk}/" in text_of(ended, user, receipt)
        assert f"/disputes/{dispute.pk}/" in text_of(ended, user, "/disputes/")
    assert "$27.93" in text_of(ended, ended.reader, f"/disputes/{dispute.pk}/")
    assert "$27.93" not in text_of(ended, ended.client, f"/disputes/{dispute.pk}/")
    assert f"/disputes/{dispute.pk}/" in text_of(ended, ended.reader, "/console/")
    decide(ended, Outcome.MINUTES, minutes=2)
    shown = text_of(ended, ended.client, f"/disputes/{dispute.pk}/")
    assert "Two minutes came back, $7.98." in shown
    shown = text_of(ended, ended.client, receipt)
    assert "$7.98" in shown
    assert "$31.92" in shown
    assert "data-before>$100.00<" in shown
    assert "data-after>$60.10<" in shown
    assert "$22.34" in text_of(ended, ended.reader, receipt)
    row = ended.row()
    assert (row.refunded_cents, row.refunded_split_cents) == (798, 798)
    ended.assert_sound()


def test_pages_say_what_was_refused_and_keep_what_was_typed(ended: Stage) -> None:
    path = f"/sessions/{ended.session.id}/dispute/"
    refused = visit(ended, ended.client, path, reason_code="", text="typed words", key="k")
    assert refused.status_code == 400
    assert "typed words" in refused.content.decode()
    assert visit(ended, ended.reader, path, **BODY).status_code == 403
    assert not Dispute.objects.exists()

    visit(ended, ended.client, path, **BODY, key="k")
    case = f"/disputes/{Dispute.objects.get().pk}/"
    for who in (ended.reader, ended.client):
        assert visit(ended, who, f"{case}statements/", text="My side").status_code == 302
    refused = visit(ended, ended.reader, f"{case}appeal/", text="No")
    assert refused.status_code == 409
    assert "after its decision" in refused.content.decode()
    decide(ended)
    refused = visit(ended, ended.reader, f"{case}statements/", text="One more")
    assert refused.status_code == 409
    assert visit(ended, ended.client, f"{case}appeal/", text="Again").status_code == 302
    assert visit(ended, builders.a_client(at=ended.now), case).status_code == 404


def test_the_api_opens_adds_appeals_and_shows_each_side_its_own(ended: Stage) -> None:
    path = f"sessions/{ended.session.id}/dispute/"
    assert call(ended, ended.reader, path, BODY).status_code == 403
    assert call(ended, builders.a_client(at=ended.now), path, BODY).status_code == 404
    opened = call(ended, ended.client, path, BODY)
    assert opened.status_code == 201
    assert (opened.json()["state"], opened.json()["frozen_cents"]) == ("open", None)
    again = call(ended, ended.client, path, BODY)
    assert (again.status_code, again.json()["code"]) == (409, "already_disputed")
    case = f"disputes/{opened.json()['id']}/"
    said = call(ended, ended.reader, f"{case}statements/", {"text": "I was there"})
    assert (said.status_code, said.json()["side"]) == (201, "reader")
    early = call(ended, ended.client, f"{case}appeal/", {"text": "Again"})
    assert (early.status_code, early.json()["code"]) == (409, "dispute_not_open")
    decide(ended, Outcome.CUSTOM, cents=100)
    appealed = call(ended, ended.client, f"{case}appeal/", {"text": "Again"})
    assert (appealed.status_code, appealed.json()["state"]) == (200, "appealed")
    seen = call(ended, ended.reader, case).json()
    assert [one["is_appeal"] for one in seen["statements"]] == [False, True]
    assert seen["decisions"][0]["words"].startswith("$1.00 went back to the client, $0.70 of it")
    assert seen["frozen_cents"] == 2_723
    assert [one["id"] for one in call(ended, ended.reader, "disputes/").json()["results"]] == [
        opened.json()["id"]
    ]
    receipt = call(ended, ended.client, f"sessions/{ended.session.id}/receipt/").json()
    assert [(one["cents"], one["words"]) for one in receipt["credits"]] == [(100, "")]
    ended.assert_sound()


def test_too_late_or_unpaid_readings_have_nothing_to_dispute(stage: Stage) -> None:
    stage.connect()
    path = f"sessions/{stage.session.id}/dispute/"
    running = call(stage, stage.client, path, BODY)
    assert (running.status_code, running.json()["code"]) == (422, "nothing_to_dispute")
    stage.run(60)
    stage.hangup()
    stage.wait(72 * 3_600 + 1)
    late = call(stage, stage.client, path, BODY)
    assert (late.status_code, late.json()["code"]) == (422, "dispute_window_closed")
    assert "Something wrong?" not in text_of(
        stage, stage.client, f"/sessions/{stage.session.id}/receipt/"
    )
    assert not Dispute.objects.exists()
