from __future__ import annotations

import json
import zipfile
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, connections

from backend.accounts.models import Export, User
from backend.accounts.services import exports
from backend.core import privacy
from backend.core.errors import NotFound, TooMany
from backend.notifications.models import Notification
from tests.backend.accounts.conftest import PASSWORD
from tests.live.stage import Stage, committed

DAY = timedelta(days=1)


def _ready(user: User, at: datetime) -> Export:
    export = exports.ask(user=user, at=at)
    assert exports.make_due(at=at, export_id=export.pk) == 1
    export.refresh_from_db()
    committed()
    return export


@pytest.mark.django_db
def test_an_archive_holds_everything_of_one_person_and_nothing_of_others(at: datetime) -> None:
    stage = Stage(at)
    stage.connect("chat", question="Shall I stay <here>?")
    stage.run(60)
    stage.hangup()

    export = _ready(stage.client, stage.now)

    link = exports.link_of(export)
    with exports.open_file(user=stage.client, link=link, at=stage.now) as opened:
        archive = zipfile.ZipFile(opened)
        assert archive.testzip() is None
        names = set(archive.namelist())
        readings = json.loads(archive.read("readings.json"))
        everything = b"".join(archive.read(name) for name in names)
    assert names == {
        "index.html",
        *(f"{part.slug}.{kind}" for part in privacy.parts() for kind in ("json", "html")),
    }
    assert readings[0]["question"] == "Shall I stay <here>?"
    assert readings[0]["captured_cash_cents"] == stage.session.captured_cents
    assert b"<here>" not in archive_page(everything)
    assert stage.client.email.encode() in everything
    assert stage.reader.email.encode() not in everything
    told = Notification.objects.filter(user=stage.client, title="Your archive is ready")
    assert told.count() == 1


def archive_page(everything: bytes) -> bytes:
    """The pages of an archive, without its JSON, where nothing needs escaping."""
    return b"".join(line for line in everything.splitlines() if line.startswith(b"<"))


def test_only_its_owner_fetches_it_and_only_for_a_week(
    maya: User, otto: User, at: datetime
) -> None:
    export = _ready(maya, at)
    link = exports.link_of(export)

    with pytest.raises(NotFound):
        exports.open_file(user=otto, link=link, at=at)
    with pytest.raises(NotFound):
        exports.open_file(user=maya, link=link[:-1] + ("A" if link[-1] != "A" else "B"), at=at)
    with pytest.raises(exports.ExportGone):
        exports.open_file(user=maya, link=link, at=at + exports.LIFE)
    exports.open_file(user=maya, link=link, at=at + exports.LIFE - DAY).close()


def test_one_at_a_time_and_one_a_day(maya: User, at: datetime) -> None:
    exports.ask(user=maya, at=at)
    with pytest.raises(exports.ExportUnderWay):
        exports.ask(user=maya, at=at + DAY)
    exports.make_due(at=at)
    with pytest.raises(TooMany) as said:
        exports.ask(user=maya, at=at + timedelta(hours=23))
    assert said.value.retry_after == 3601

    first = Export.objects.get(user=maya)
    second = _ready(maya, at + DAY)

    first.refresh_from_db()
    assert (first.state, second.state) == ("gone", "ready")
    assert not exports.storage().exists(f"exports/{first.pk}.zip")


def test_the_file_goes_after_a_week(maya: User, at: datetime) -> None:
    export = _ready(maya, at)

    assert exports.forget(before=at - timedelta(seconds=1)) == 0
    assert exports.storage().exists(export.path)
    assert exports.forget(before=at) == 1
    assert not exports.storage().exists(export.path)


def test_a_job_that_died_is_taken_over_and_one_that_never_works_is_given_up(
    maya: User, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = exports.ask(user=maya, at=at)
    Export.objects.filter(pk=export.pk).update(state="making", claimed_at=at, tries=1)
    assert exports.make_due(at=at + timedelta(minutes=14)) == 0
    later = at + exports.STALE + timedelta(seconds=1)
    assert exports.make_due(at=later) == 1

    broken = exports.ask(user=maya, at=at + DAY * 2)

    def full(*_: Any, **__: Any) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("backend.accounts.archives.write", full)
    for hour in range(5):
        assert exports.make_due(at=at + DAY * 2 + timedelta(hours=hour)) == 0
    broken.refresh_from_db()
    assert (broken.state, broken.tries) == ("failed", 4)
    assert Notification.objects.filter(user=maya, title__contains="could not be made").exists()
    exports.ask(user=maya, at=at + DAY * 3)  # and may be asked for again


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_ask_at_once_get_one_archive(at: datetime) -> None:
    user = User.objects.create_user("maya@example.test", PASSWORD, display_name="Maya")
    start, said = Barrier(4), []

    def ask() -> None:
        start.wait()
        try:
            said.append(exports.ask(user=user, at=at).state)
        except exports.ExportUnderWay:
            said.append("under way")
        finally:
            connections.close_all()

    tabs = [Thread(target=ask) for _ in range(4)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()

    assert sorted(said) == ["asked", "under way", "under way", "under way"]
    assert Export.objects.filter(user=user).count() == 1
    connection.close()
