"""Events worked once more: who asked is kept, and of two who ask at once one is told."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from backend.accounts.models import AuditEntry, User
from backend.core.errors import Conflict, InvalidInput, NotFound
from backend.inbox import masking, replays, services
from backend.inbox.models import ExternalEvent
from tests import builders
from tests.backend.ledger.conftest import race

_S = ExternalEvent.State


def an_event(state: str, at: datetime, *, number: int = 0, type: str = "x.y") -> ExternalEvent:  # noqa: A002
    return ExternalEvent.objects.create(
        source="stripe",
        external_id=f"evt_{state}_{number}",
        type=type,
        livemode=False,
        payload={},
        received_at=at + timedelta(seconds=number),
        due_at=at,
        state=state,
        attempts=12,
        settled_at=None if state == _S.WAITING else at,
    )


@pytest.fixture
def root(db: None) -> User:
    return builders.an_admin()


@pytest.mark.parametrize("state", [_S.DEAD, _S.IGNORED, _S.DONE])
def test_a_settled_event_is_tried_again_and_who_asked_is_kept(
    root: User, at: datetime, state: str
) -> None:
    event = an_event(state, at)
    replays.replay(event_id=event.pk, by=root, at=at)

    event.refresh_from_db()
    assert (event.state, event.attempts, event.settled_at) == (_S.WAITING, 0, None)
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.actor, entry.facts["was"]) == ("event.replay", root, state)
    with pytest.raises(Conflict):
        replays.replay(event_id=event.pk, by=root, at=at)
    assert services.work(event.pk, at=at) == _S.IGNORED  # nobody handles x.y


def test_many_are_tried_again_up_to_a_limit_and_only_what_is_no_good(
    root: User, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replays, "AT_ONCE_MAX", 3)
    for number in range(5):
        an_event(_S.DEAD, at, number=number, type="a.b" if number == 4 else "x.y")
    done = an_event(_S.DONE, at)

    assert replays.replay_many(state="dead", type="a.b", by=root, at=at) == 1
    assert replays.replay_many(state="dead", by=root, at=at) == 3
    assert list(ExternalEvent.objects.filter(state=_S.DEAD)) == [
        ExternalEvent.objects.get(external_id="evt_dead_3")
    ]
    assert replays.replay_many(state="ignored", by=root, at=at) == 0
    for state in ("done", "waiting", ""):
        with pytest.raises(InvalidInput):
            replays.replay_many(state=state, by=root, at=at)
    done.refresh_from_db()
    assert (done.state, AuditEntry.objects.count()) == (_S.DONE, 2)
    with pytest.raises(NotFound):
        replays.replay(event_id=root.pk, by=root, at=at)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_ask_at_once_one_is_heard(at: datetime) -> None:
    admin, event = builders.an_admin(), an_event(_S.DEAD, at)

    answers = race(lambda _: replays.replay(event_id=event.pk, by=admin, at=at), 6)

    assert sum(answer is None for answer in answers) == 1
    assert sum(isinstance(answer, Conflict) for answer in answers) == 5
    assert AuditEntry.objects.count() == 1


def test_a_payload_is_shown_without_secrets_and_persons() -> None:
    shown = masking.masked(
        {
            "id": "evt_1",
            "client_secret": "pi_1_secret_abc",
            "amount": 500,
            "receipt_email": None,
            "billing_details": {"name": "Maya", "address": {"city": "Lyon"}, "country": "FR"},
            "list": [{"phone": "+33"}, "write to maya@example.test", "4242424242424242"],
            "livemode": False,
        }
    )

    assert shown == {
        "id": "evt_1",
        "client_secret": "••••",
        "amount": 500,
        "receipt_email": None,
        "billing_details": {"name": "••••", "address": "••••", "country": "FR"},
        "list": [{"phone": "••••"}, "write to ••••", "••••"],
        "livemode": False,
    }
