from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection

from backend.core import clock
from backend.core.locks import alone
from backend.inbox import tasks
from backend.inbox.models import ExternalEvent
from tests.backend.inbox.test_services import arrive, leave_a_trace, listen, traces
from tests.backend.ledger.conftest import race


@pytest.mark.django_db
def test_the_job_of_one_event_works_it(at: datetime) -> None:
    listen(leave_a_trace)
    event = arrive(at=at)

    with clock.frozen(at):
        tasks.work_one(str(event.pk))

    assert ExternalEvent.objects.get().state == ExternalEvent.State.DONE
    assert traces() == 1


@pytest.mark.django_db(transaction=True)
def test_a_second_sweep_at_the_same_time_does_nothing(at: datetime) -> None:
    listen(leave_a_trace)
    arrive(at=at)

    with alone("inbox") as mine, clock.frozen(at):
        assert mine
        assert connection.connection is not None
        assert race(lambda _: tasks.work_through(), 1) == [0]
    with clock.frozen(at):
        assert tasks.work_through() == 1
