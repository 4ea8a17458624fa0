from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from marketplace import reactions
from marketplace.services import favourites
from readers.announcements import ReaderCameOnline
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def jobs_sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    sent: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(
        "backend.core.jobs.current_app.send_task",
        lambda name, kwargs, **_: sent.append((name, kwargs)),
    )
    return sent


def test_an_arrival_starts_a_job_only_when_somebody_waits(
    at: datetime,
    jobs_sent: list[tuple[str, dict[str, Any]]],
    django_capture_on_commit_callbacks: Any,
) -> None:
    client, kept, other = (
        builders.a_client(at=at),
        builders.a_reader(at=at),
        builders.a_reader(at=at),
    )
    favourites.keep(client=client, reader_id=kept.pk, at=at)

    with django_capture_on_commit_callbacks(execute=True):
        for reader in (kept, other):
            reactions.tell_those_who_wait(ReaderCameOnline(reader_id=reader.pk, at=at))

    assert jobs_sent == [("marketplace.tasks.tell_arrival", {"reader_id": str(kept.pk)})]
