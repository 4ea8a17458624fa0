from __future__ import annotations

import ast
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.db import IntegrityError, connection, transaction

from backend.accounts.models import User
from backend.accounts.services import accounts
from backend.core import redis
from backend.notifications import kinds, selectors, services
from backend.notifications.models import Notification
from backend.realtime import rooms


def test_a_notice_reaches_open_pages_only_when_it_has_committed(
    maya: User, at: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    with redis.client().pubsub() as listener:
        listener.subscribe(rooms.channel(rooms.user(maya.pk)))
        listener.get_message(timeout=1)
        with django_capture_on_commit_callbacks(execute=True):
            notice = services.notify(
                user_id=maya.pk, kind="account", title="Hello", url="/settings/", at=at
            )
            assert listener.get_message(timeout=0.05) is None
        heard = listener.get_message(timeout=2)

    assert heard is not None
    assert str(notice.pk).encode() in heard["data"]
    assert b"notification" in heard["data"]
    assert orjson.dumps("Hello") in heard["data"]


def test_a_notice_is_mailed_once_in_both_dresses(told: Notification, at: datetime) -> None:
    assert services.send_due(at=at) == 1
    assert services.send_due(at=at) == 0

    [letter] = mail.outbox
    assert letter.to == ["maya@example.test"]
    assert letter.subject == told.title
    assert f"{django_settings.SITE_URL}/wallet/" in letter.body
    [(dressed, _)] = letter.alternatives  # type: ignore[attr-defined]
    assert "&lt;to&gt;" in dressed


def test_switching_a_kind_off_stops_its_mail_and_nothing_else(maya: User, at: datetime) -> None:
    services.wish(user=maya, by_mail=["favourite-online"])

    for kind in ("top-up-succeeded", "favourite-online"):
        services.notify(user_id=maya.pk, kind=kind, title=kind, at=at)

    assert services.send_due(at=at) == 1
    assert mail.outbox[0].subject == "favourite-online"
    assert selectors.unread_of(maya.pk) == 2


def test_a_mail_server_that_is_down_makes_it_due_later_and_gives_up_after_six_tries(
    told: Notification, at: datetime, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert services.send_due(at=at) == 0
    told.refresh_from_db()
    assert (told.mailed_at, told.mail_due_at) == (None, at + timedelta(minutes=2))
    assert services.send_due(at=at) == 0, "not due yet"

    for day in range(1, 10):
        services.send_due(at=at + timedelta(days=day))
    told.refresh_from_db()
    assert (told.mail_tries, told.mail_due_at) == (services.MAIL_TRIES_MAX, None)


def test_a_frozen_person_gets_no_mail(told: Notification, at: datetime) -> None:
    accounts.freeze(user_id=told.user_id, at=at)

    assert services.send_due(at=at) == 0
    assert mail.outbox == []


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "javascript:x"])
def test_a_notice_never_leads_off_this_site(maya: User, at: datetime, url: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        services.notify(user_id=maya.pk, kind="account", title="x", url=url, at=at)

    assert not Notification.objects.exists()


def test_a_person_marks_only_their_own_notices_read(
    told: Notification, otto: User, maya: User, at: datetime
) -> None:
    assert services.mark_read(user=otto, at=at, ids=[told.pk]) == 0
    assert services.mark_read(user=otto, at=at) == 0
    assert selectors.unread_of(maya.pk) == 1

    assert services.mark_read(user=maya, at=at, ids=[told.pk]) == 1
    assert services.mark_read(user=maya, at=at, ids=[told.pk]) == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_mail_one_notice_once(told: Notification, at: datetime) -> None:
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        services.send_due(at=at)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert len(mail.outbox) == 1


def test_every_notice_that_is_written_somewhere_is_of_a_known_kind() -> None:
    root = django_settings.BASE_DIR
    homes = [root / name for name in ("backend", "readers", "live", "payouts", "marketplace")]
    used = {
        (path.relative_to(root).as_posix(), kind)
        for home in homes
        for path in home.rglob("*.py")
        for kind in _kinds_in(path)
    }

    assert {kind for _, kind in used} <= set(kinds.BY_SLUG), sorted(used)


def _kinds_in(path: Path) -> list[str]:
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    named = [call for call in calls if ast.unparse(call.func).endswith("notify")]
    return [
        word.value.value
        for call in named
        for word in call.keywords
        if word.arg == "kind"
        and isinstance(word.value, ast.Constant)
        and isinstance(word.value.value, str)
    ]
