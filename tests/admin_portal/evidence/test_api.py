"""The API of cases: the queue, the evidence, the preview and the decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from admin_portal.evidence import selectors
from backend.accounts.models import AuditEntry, User
from backend.core import clock
from backend.ledger import selectors as ledger
from payouts.models import Decision, Dispute
from tests import builders
from tests.admin_portal.evidence.readings import SECRET
from tests.live.stage import Stage

HERE = "/api/v1/admin/disputes/"
TWO_MINUTES = {"outcome": "minutes", "minutes": 2, "reason": "Two minutes were weak"}
QUERIES_MAX = 12


@pytest.fixture
def ask(stage: Stage, dispute: Dispute, as_root: APIClient) -> Callable[..., Any]:
    """Call a door of the case as the admin, at the stage's hour."""

    def call(method: str, door: str, body: object = None, **headers: str) -> Any:
        path = HERE if door == "" else f"{HERE}{dispute.pk}/{door}/"
        with clock.frozen(stage.now):
            return getattr(as_root, method)(path, body, format="json", **headers)

    return call


def test_the_queue_shows_what_waits_and_asks_one_question(
    ask: Callable[..., Any], dispute: Dispute
) -> None:
    with CaptureQueriesContext(connection) as seen:
        (found,) = ask("get", "").json()["results"]

    assert (found["id"], found["state"]) == (str(dispute.pk), "open")
    assert len(seen) <= QUERIES_MAX


def test_what_was_previewed_is_what_is_posted(
    ask: Callable[..., Any], stage: Stage, dispute: Dispute
) -> None:
    before = ledger.balance_of(stage.client.pk).spendable_cents
    preview = ask("post", "preview", TWO_MINUTES).json()
    assert ledger.balance_of(stage.client.pk).spendable_cents == before
    assert (preview["cents"], preview["needs_second"]) == (798, False)
    assert sum(preview["sums_cents"].values()) == 0

    body = {**TWO_MINUTES, "version": preview["version"]}
    answer = ask("post", "resolve", body, **builders.key())

    assert (answer.status_code, answer.json()["decision"]["cents"]) == (200, 798)
    after = ledger.balance_of(stage.client.pk).spendable_cents
    assert after - before == preview["sums_cents"]["client"] == 798
    earned = ledger.earnings_of(stage.reader.pk)
    share = stage.row().reader_total_cents
    back = sum(line["cents"] for line in preview["lines"] if line["debit_owner"] == "reader")
    assert earned.disputed_cents == 0
    assert earned.pending_cents == share + preview["sums_cents"]["reader"]
    assert back == share  # the client's part and what is released of the rest
    stage.assert_sound()


def test_a_decision_on_an_older_view_is_refused_and_moves_nothing(
    ask: Callable[..., Any], stage: Stage
) -> None:
    before = ledger.balance_of(stage.client.pk)
    stale = ask("post", "resolve", {**TWO_MINUTES, "version": 99}, **builders.key())
    without_key = ask("post", "resolve", {**TWO_MINUTES, "version": 1})
    too_much = ask("post", "preview", {"outcome": "custom", "cents": 10**6})

    assert (stale.status_code, stale.json()["code"]) == (409, "dispute_overtaken")
    assert without_key.json()["code"] == "idempotency_key_required"
    assert (too_much.status_code, Decision.objects.count()) == (409, 0)
    assert ledger.balance_of(stage.client.pk) == before


def test_evidence_is_read_without_words_and_words_only_with_a_reason(
    ask: Callable[..., Any], dispute: Dispute, root: User
) -> None:
    evidence = ask("get", "evidence")
    assert evidence.json()["chain"]["holds"] is True
    assert SECRET.encode() not in evidence.content

    refused = ask("post", "evidence/chat", {"reason": "short"})
    assert (refused.status_code, AuditEntry.objects.filter(act="chat.read").count()) == (400, 0)
    read = ask("post", "evidence/chat", {"reason": "To see whether she was insulted"})
    assert [m["text"] for m in read.json()] == [SECRET, "I am here again."]
    assert AuditEntry.objects.get(act="chat.read").actor == root
    assert selectors.verify(dispute.pk).holds


def test_only_admins_come_in(stage: Stage, dispute: Dispute) -> None:
    doors = ["", *(f"{dispute.pk}/{door}/" for door in ("evidence", "preview", "resolve"))]
    for person, refusal in ((None, 401), (stage.client, 403), (stage.reader, 403)):
        api = builders.api(person)
        for door in doors:
            answers = {api.get(HERE + door).status_code, api.post(HERE + door).status_code}
            assert refusal in answers
            assert answers <= {refusal, 405}
    assert not Decision.objects.exists()
    assert not AuditEntry.objects.filter(act="evidence.export").exists()
