from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from backend.accounts.models import User
from backend.core.errors import Conflict
from backend.inbox import registry, selectors, services
from backend.inbox.models import ExternalEvent
from tests.backend.ledger.conftest import race

pytestmark = pytest.mark.django_db
State = ExternalEvent.State


def arrive(external_id: str = "evt_1", *, at: datetime, **changed: Any) -> ExternalEvent:
    facts: dict[str, Any] = {
        "source": "stripe",
        "external_id": external_id,
        "type": "payment_intent.succeeded",
        "object_id": "pi_1",
        "livemode": False,
        "payload": {"id": external_id},
    }
    services.receive(at=at, **{**facts, **changed})
    return ExternalEvent.objects.get(external_id=external_id)


def listen(effect: Any, **kwargs: Any) -> None:
    @registry.handles("stripe", "payment_intent.succeeded", **kwargs)
    def handler(event: ExternalEvent, *, at: datetime) -> None:
        effect(event)


def leave_a_trace(event: ExternalEvent) -> None:
    User.objects.create_user(f"{event.external_id}@trace.test", display_name="trace")


def traces() -> int:
    return User.objects.filter(display_name="trace").count()


def test_an_event_is_handled_with_what_its_handler_fetched(at: datetime) -> None:
    seen: list[object] = []
    listen(lambda event: seen.append(event.fetched), fetch=lambda event: f"<{event.object_id}>")

    event = arrive(at=at)

    assert services.work(event.pk, at=at) == State.DONE
    assert seen == ["<pi_1>"]


def test_case_17_the_same_event_five_times_has_one_effect(at: datetime) -> None:
    listen(leave_a_trace)

    assert [
        services.receive(
            at=at,
            source="stripe",
            external_id="evt_1",
            type="payment_intent.succeeded",
            object_id="pi_1",
            livemode=False,
            payload={},
        )
        for _ in range(5)
    ] == [True, False, False, False, False]
    event = ExternalEvent.objects.get()
    assert [services.work(event.pk, at=at) for _ in range(5)] == [State.DONE, *[None] * 4]
    assert traces() == 1


def test_events_of_two_sources_may_share_an_id(at: datetime) -> None:
    arrive(at=at)
    services.receive(
        at=at,
        source="other",
        external_id="evt_1",
        type="x",
        object_id="",
        livemode=True,
        payload={},
    )

    assert ExternalEvent.objects.count() == 2


def test_case_20_an_event_that_nobody_handles_is_stored_and_ignored(at: datetime) -> None:
    event = arrive(at=at, type="tax.rate.created")

    assert services.work(event.pk, at=at) == State.IGNORED
    assert ExternalEvent.objects.get().payload == {"id": "evt_1"}


def test_case_20_an_event_of_another_mode_is_ignored_and_moves_nothing(at: datetime) -> None:
    def refuse(event: ExternalEvent) -> None:
        leave_a_trace(event)
        raise registry.NotForUs("live mode")

    listen(refuse)
    event = arrive(at=at, livemode=True)

    assert services.work(event.pk, at=at) == State.IGNORED
    assert ExternalEvent.objects.get().note == "live mode"
    assert traces() == 0


def crash(event: ExternalEvent) -> None:
    leave_a_trace(event)
    raise RuntimeError("midway")


def test_case_21_a_handler_that_crashes_midway_leaves_nothing_and_is_tried_again(
    at: datetime,
) -> None:
    listen(crash)
    event = arrive(at=at)

    assert services.work(event.pk, at=at) == State.WAITING
    event.refresh_from_db()
    assert (event.attempts, event.note) == (1, "RuntimeError: midway")
    assert event.due_at == at + timedelta(seconds=10)
    assert traces() == 0


def test_case_21_each_wait_is_longer_until_the_letter_is_dead(at: datetime) -> None:
    listen(crash)
    event = arrive(at=at)
    waits = []
    for _ in range(services.ATTEMPTS_MAX - 1):
        services.work(event.pk, at=at)
        event.refresh_from_db()
        waits.append((event.due_at - at).total_seconds())

    assert waits == [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]
    assert services.work(event.pk, at=at) == State.DEAD
    assert [dead.pk for dead in selectors.dead_letters()] == [event.pk]
    assert services.work_due(at=at + timedelta(days=9)) == 0


def test_a_dead_letter_can_be_revived_once_its_cause_is_gone(at: datetime) -> None:
    event = arrive(at=at)
    ExternalEvent.objects.update(state=State.DEAD, settled_at=at, attempts=12)
    listen(leave_a_trace)

    services.revive(event.pk, at=at)
    with pytest.raises(Conflict):
        services.revive(event.pk, at=at)

    assert services.work(event.pk, at=at) == State.DONE
    assert traces() == 1


def test_a_source_that_cannot_be_reached_is_asked_again_later(at: datetime) -> None:
    def unreachable(_: ExternalEvent) -> object:
        raise TimeoutError("no answer")

    listen(leave_a_trace, fetch=unreachable)
    event = arrive(at=at)

    assert services.work(event.pk, at=at) == State.WAITING
    assert traces() == 0


@pytest.mark.django_db(transaction=True)
def test_fetching_happens_outside_of_any_transaction(at: datetime) -> None:
    inside: list[bool] = []

    def fetch(_: ExternalEvent) -> None:
        inside.append(transaction.get_connection().in_atomic_block)

    listen(leave_a_trace, fetch=fetch)
    services.work(arrive(at=at).pk, at=at)

    assert inside == [False]


def test_the_sweep_works_what_is_due_and_leaves_what_is_not(at: datetime) -> None:
    listen(leave_a_trace)
    arrive("evt_1", at=at)
    arrive("evt_2", at=at + timedelta(minutes=5))

    assert services.work_due(at=at) == 1
    assert selectors.waiting_count() == 1
    assert traces() == 1


def test_one_failing_event_does_not_hold_up_the_others(at: datetime) -> None:
    def fail_the_first(event: ExternalEvent) -> None:
        (crash if event.external_id == "evt_1" else leave_a_trace)(event)

    listen(fail_the_first)
    for number in (1, 2, 3):
        arrive(f"evt_{number}", at=at)

    assert services.work_due(at=at) == 3
    assert traces() == 2


@pytest.mark.django_db(transaction=True)
def test_ten_workers_on_one_event_have_one_effect(at: datetime) -> None:
    listen(leave_a_trace)
    event = arrive(at=at)

    answers = race(lambda _: services.work(event.pk, at=at), 10)

    assert sorted(answers, key=str) == [*[None] * 9, State.DONE]
    assert traces() == 1


@pytest.mark.django_db(transaction=True)
def test_ten_deliveries_at_once_are_stored_once(at: datetime) -> None:
    answers = race(
        lambda _: services.receive(
            at=at,
            source="stripe",
            external_id="evt_1",
            type="x",
            object_id="",
            livemode=False,
            payload={},
        ),
        10,
    )

    assert sorted(answers) == [*[False] * 9, True]
