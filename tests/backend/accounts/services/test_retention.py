from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from backend.accounts.models import AuditEntry
from backend.accounts.services import retention
from backend.core import privacy
from backend.inbox.models import ExternalEvent
from live.models import ChatMessage, QualitySample
from live.services import chats
from live.states import Peer
from tests.live.stage import Stage

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def chatted(at: datetime) -> Stage:
    stage = Stage(at)
    stage.connect("chat", question="And the blue house?")
    chats.send(session_id=stage.session.id, sender=Peer.CLIENT, key="1", text="Hello", at=stage.now)
    stage.run(60)
    stage.hangup()
    QualitySample.objects.create(session=stage.session, peer="client", at=stage.now)
    return stage


def test_words_go_after_a_month_and_measurements_after_three(chatted: Stage) -> None:
    end = chatted.now
    assert retention.forget_due(at=end + 30 * DAY)["chat"] == 0
    assert ChatMessage.objects.count() == 1

    gone = retention.forget_due(at=end + 31 * DAY)

    assert (gone["chat"], gone["line-quality"]) == (2, 0)
    assert (ChatMessage.objects.count(), chatted.row().question) == (0, "")
    entry = AuditEntry.objects.get(act="retention.forget", about="kind:chat")
    assert (entry.actor, entry.facts) == (None, {"rows": 2})
    assert retention.forget_due(at=end + 91 * DAY)["line-quality"] == 1
    chatted.assert_sound()


def test_what_an_open_case_is_about_is_kept(
    chatted: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(privacy, "_withholders", [lambda: [f"session:{chatted.session.id}"]])
    at = chatted.now + 400 * DAY

    retention.forget_due(at=at)
    assert (ChatMessage.objects.count(), QualitySample.objects.count()) == (1, 1)

    monkeypatch.setattr(privacy, "_withholders", [])
    retention.forget_due(at=at)
    assert (ChatMessage.objects.count(), QualitySample.objects.count()) == (0, 0)


def test_a_settled_webhook_keeps_its_name_and_loses_its_body(at: datetime) -> None:
    for state in ("done", "dead"):
        ExternalEvent.objects.create(
            source="stripe", external_id=f"evt_{state}", type="x", livemode=False,
            payload={"email": "maya@example.test"}, received_at=at, due_at=at,
            state=state, settled_at=at,
        )  # fmt: skip

    assert retention.forget_due(at=at + 91 * DAY)["webhooks"] == 1
    kept = dict(ExternalEvent.objects.values_list("external_id", "payload"))
    assert kept == {"evt_done": {}, "evt_dead": {"email": "maya@example.test"}}


def test_a_rule_that_fails_does_not_hold_up_the_others(
    chatted: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*, before: datetime) -> int:
        raise OSError("read-only")

    rules = dict(privacy._rules)
    first = rules["answers"]
    rules["answers"] = privacy.Rule(**{**vars(first), "forget": full_disk})
    monkeypatch.setattr(privacy, "_rules", rules)

    assert retention.forget_due(at=chatted.now + 31 * DAY)["chat"] == 2
