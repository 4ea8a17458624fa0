"""Clients hear when a reader they keep goes live: bounded, and never of what is not for them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from backend.accounts.services import blocks
from backend.notifications.models import Notification
from live.models import StreamReminder
from marketplace.services import favourites
from tests.live.streams.stage import Studio

pytestmark = pytest.mark.django_db


def keeper(studio: Studio) -> Any:
    client = studio.viewer()
    favourites.keep(client=client, reader_id=studio.host.pk, at=studio.now)
    return client


def tell(studio: Studio) -> int:
    return favourites.tell_live(stream_id=studio.stream.id, at=studio.now)


def test_who_keeps_the_host_is_told_once_in_four_hours(db: None, at: Any) -> None:
    studio = Studio(at)
    client = keeper(studio)
    assert tell(studio) == 0, "it does not run"
    studio.start()
    assert [tell(studio), tell(studio)] == [1, 0]
    studio.end()
    studio.stream = studio.make(title="Again")
    studio.start()
    assert tell(studio) == 0
    studio.wait(4 * 3_600)
    assert tell(studio) == 1

    notices = Notification.objects.filter(user=client, kind="favourite-live")
    assert [notice.body for notice in notices.order_by("id")] == ["Full moon evening", "Again"]


def test_nobody_hears_of_a_private_stream(db: None, at: Any) -> None:
    studio = Studio(at, access="private")
    keeper(studio)
    studio.start()

    assert tell(studio) == 0


def test_who_is_reminded_or_blocked_is_left_alone(db: None, at: Any) -> None:
    studio = Studio(at, scheduled_at=at + timedelta(hours=1))
    reminded, blocked = keeper(studio), keeper(studio)
    StreamReminder.objects.create(stream=studio.stream, user=reminded, at=at)
    blocks.block(blocker=studio.host, blocked_id=blocked.pk, at=at)
    studio.start()

    assert tell(studio) == 0


def test_going_live_starts_the_job_only_when_somebody_waits(
    db: None, at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(
        "backend.core.jobs.current_app.send_task", lambda name, kwargs, **_: sent.append(name)
    )
    Studio(at).start()
    assert "marketplace.tasks.tell_live" not in sent
    studio = Studio(at)
    keeper(studio)
    studio.start()

    assert sent.count("marketplace.tasks.tell_live") == 1
