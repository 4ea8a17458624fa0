"""Reminders and invitations: told once, in time, and in the way that was wished."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from backend.accounts.services import blocks
from backend.core.errors import IllegalMove, NotFound
from backend.notifications import services as notifications
from backend.notifications.models import Notification
from live.models import StreamReminder
from live.streams import selectors
from live.streams.services import details, reminders, streams
from live.streams.tasks import remind
from tests.live.stage import committed, seconds
from tests.live.streams.stage import Studio

pytestmark = pytest.mark.django_db


@pytest.fixture
def announced(db: None, at: datetime) -> Studio:
    """A stream that begins in an hour."""
    return Studio(at, scheduled_at=at + timedelta(hours=1))


def keep(studio: Studio, user: Any) -> None:
    reminders.keep(user=user, stream_id=studio.stream.id, at=studio.now)


def told(user: Any) -> list[str]:
    return list(
        Notification.objects.filter(user=user).order_by("id").values_list("title", flat=True)
    )


def test_ten_minutes_before_and_at_the_beginning_each_once(announced: Studio) -> None:
    viewer, name = announced.viewer(), announced.host.display_name
    for _ in range(2):
        keep(announced, viewer)
    announced.wait(49 * 60)
    assert reminders.send_due(at=announced.now) == 0
    announced.wait(60)
    assert [reminders.send_due(at=announced.now) for _ in range(2)] == [1, 0]
    announced.start()
    assert [reminders.send_due(at=announced.now) for _ in range(2)] == [1, 0]

    assert told(viewer) == [f"{name} goes live at 13:00 UTC", f"{name} is live now"]
    assert Notification.objects.filter(user=viewer, kind="stream").count() == 2
    assert Notification.objects.exclude(mail_due_at=None).count() == 2


def test_one_that_begins_early_is_told_of_once(announced: Studio) -> None:
    viewer = announced.viewer()
    keep(announced, viewer)
    announced.start()
    reminders.send_due(at=announced.now)
    announced.wait(3_600)
    reminders.send_due(at=announced.now)

    assert told(viewer) == [f"{announced.host.display_name} is live now"]


def test_one_that_is_moved_reminds_again(announced: Studio) -> None:
    viewer = announced.viewer()
    keep(announced, viewer)
    announced.wait(3_000)
    reminders.send_due(at=announced.now)
    details.change(
        host=announced.host,
        stream_id=announced.stream.id,
        wishes={"scheduled_at": announced.now + timedelta(hours=2)},
        at=announced.now,
    )
    assert reminders.send_due(at=announced.now) == 0
    announced.wait(2 * 3_600 - 300)
    assert reminders.send_due(at=announced.now) == 1


def test_who_waits_hears_that_it_was_called_off(announced: Studio) -> None:
    viewer = announced.viewer()
    keep(announced, viewer)
    streams.cancel(host=announced.host, stream_id=announced.stream.id, at=announced.now)
    for _ in range(2):
        reminders.send_due(at=announced.now)

    assert told(viewer) == [f"{announced.host.display_name} called a stream off"]


def test_no_mail_for_who_does_not_wish_it(announced: Studio) -> None:
    viewer = announced.viewer()
    notifications.wish(user=viewer, by_mail=[])
    keep(announced, viewer)
    announced.wait(3_000)
    reminders.send_due(at=announced.now)

    assert Notification.objects.get(user=viewer).mail_due_at is None


def test_who_let_go_or_is_suspended_is_left_alone(announced: Studio) -> None:
    gone, frozen = announced.viewer(), announced.viewer()
    keep(announced, gone)
    keep(announced, frozen)
    reminders.let_go(user=gone, stream_id=announced.stream.id)
    frozen.frozen_at = announced.now
    frozen.save()
    announced.wait(3_000)

    assert reminders.send_due(at=announced.now) == 0


def test_two_of_whom_one_blocked_the_other_hear_nothing_of_each_other(at: datetime) -> None:
    studio = Studio(at, access="private", scheduled_at=at + timedelta(hours=1))
    by_host, by_viewer, guest = (studio.viewer() for _ in range(3))
    blocks.block(blocker=by_viewer, blocked_id=studio.host.pk, at=at)
    this = {"host": studio.host, "stream_id": studio.stream.id, "at": at}
    details.change(wishes={"invited": [by_host.email, by_viewer.email, guest.email]}, **this)
    for viewer in (by_host, guest):
        keep(studio, viewer)
    blocks.block(blocker=studio.host, blocked_id=by_host.pk, at=at)
    studio.wait(55 * 60)

    assert reminders.send_due(at=studio.now) == 1
    assert [len(told(one)) for one in (by_host, by_viewer, guest)] == [1, 0, 2]


def test_who_is_no_guest_any_more_is_not_reminded(at: datetime) -> None:
    studio = Studio(at, access="private", scheduled_at=at + timedelta(hours=1))
    guest, stays = studio.viewer(), studio.viewer()
    this = {"host": studio.host, "stream_id": studio.stream.id, "at": at}
    details.change(wishes={"invited": [guest.email, stays.email]}, **this)
    for viewer in (guest, stays):
        keep(studio, viewer)
    details.change(wishes={"invited": [stays.email], "title": "Between us"}, **this)
    studio.wait(55 * 60)

    assert reminders.send_due(at=studio.now) == 1
    assert "goes live" not in " ".join(told(guest))


def test_only_what_is_announced_reminds(announced: Studio, at: datetime) -> None:
    viewer, draft = announced.viewer(), announced.make(title="A draft")
    private = announced.make(access="private", scheduled_at=at + seconds(900))
    for hidden in (draft, private):
        with pytest.raises(NotFound):
            reminders.keep(user=viewer, stream_id=hidden.id, at=at)
    with pytest.raises(IllegalMove):
        reminders.keep(user=announced.host, stream_id=draft.id, at=at)
    announced.start()
    with pytest.raises(IllegalMove):
        keep(announced, viewer)

    assert not StreamReminder.objects.exists()


def test_the_card_says_who_is_reminded(announced: Studio) -> None:
    viewer = announced.viewer()
    keep(announced, viewer)

    assert selectors.card_for(viewer, announced.stream.id).reminded
    assert not selectors.card_for(announced.viewer(), announced.stream.id).reminded


def test_the_job_goes_on_until_nobody_waits(announced: Studio, monkeypatch: Any) -> None:
    monkeypatch.setattr(reminders, "BATCH", 2)
    for _ in range(5):
        keep(announced, announced.viewer())
    announced.start()
    committed()

    assert remind() == 5
