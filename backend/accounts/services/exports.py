"""The archive of everything we keep of a person: asked, made by a job, kept for a week.

It lies outside the public root and leaves by a signed link, to its owner alone, after a fresh
sign-in (asked at the doors).
"""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

import structlog
from django.conf import settings
from django.core import signing
from django.core.files import File
from django.core.files.storage import Storage, storages
from django.db import IntegrityError, transaction
from django.db.models import F, Q

from backend.accounts import archives, selectors
from backend.accounts.announcements import ExportFailed, ExportReady
from backend.accounts.models import Export, User
from backend.core import jobs
from backend.core.announcements import announce
from backend.core.errors import Conflict, DomainError, NotFound, TooMany

log = structlog.get_logger(__name__)

LIFE: Final = timedelta(days=7)
REST: Final = timedelta(hours=24)  # one archive a day is enough
STALE: Final = timedelta(minutes=15)  # longer than a job may run
TRIES_MAX: Final = 3
BATCH_MAX: Final = 20
SALT: Final = "soulseer.export"
_UNDER_WAY: Final = (Export.State.ASKED, Export.State.MAKING)


class ExportUnderWay(Conflict):
    """One archive is being made already."""

    code, title = "export_under_way", "Your archive is being made"


class ExportGone(DomainError):
    """The archive, or the link to it, was good for seven days."""

    code, status, title = "export_gone", 410, "This archive has been deleted"


def storage() -> Storage:
    """Where archives lie: no web server serves it."""
    return storages["private"]


@transaction.atomic
def ask(*, user: User, at: datetime) -> Export:
    """Have an archive made; the person is told when it is there.

    :raises ExportUnderWay: one is being made.
    :raises TooMany: the last one is less than a day old.
    """
    latest = selectors.latest_export(user)
    if latest and latest.state == Export.State.READY and latest.asked_at > at - REST:
        wait = int((latest.asked_at + REST - at).total_seconds()) + 1
        raise TooMany("One archive a day. The last one is still there.", retry_after=wait)
    try:
        with transaction.atomic():
            export = Export.objects.create(user=user, asked_at=at)
    except IntegrityError as error:
        raise ExportUnderWay from error
    jobs.enqueue("backend.accounts.tasks.make_export", export_id=str(export.pk))
    return export


def make_due(*, at: datetime, export_id: UUID | None = None) -> int:
    """Make the archives that were asked for, or only one; how many are ready now."""
    due = Export.objects.filter(state__in=_UNDER_WAY).order_by("asked_at")
    if export_id is not None:
        due = due.filter(pk=export_id)
    return sum(_make(pk, at) for pk in due.values_list("pk", flat=True)[:BATCH_MAX])


def link_of(export: Export) -> str:
    """What the address of a ready archive ends with, good as long as the archive."""
    until = export.expires_at.timestamp() if export.expires_at else 0
    return signing.dumps([str(export.pk), str(export.user_id), int(until)], salt=SALT)


def open_file(*, user: User, link: str, at: datetime) -> File[bytes]:
    """The archive that a signed link of this person names, open to be read.

    :raises NotFound: the link is not of ours, or somebody else's.
    :raises ExportGone: its time is over.
    """
    try:
        export_id, owner_id, until = signing.loads(link, salt=SALT)
    except (signing.BadSignature, ValueError) as error:
        raise NotFound from error
    if owner_id != str(user.pk):
        raise NotFound
    mine = Export.objects.filter(user=user, state=Export.State.READY, expires_at__gt=at)
    export = mine.filter(pk=export_id).first()
    if export is None or at.timestamp() >= until or not storage().exists(export.path):
        raise ExportGone
    return storage().open(export.path)


def forget(*, before: datetime, user_id: UUID | None = None) -> int:
    """Delete the files of archives made before ``before``, or all of one person's."""
    old = Export.objects.filter(state=Export.State.READY, ready_at__lte=before)
    if user_id is not None:
        old = old.filter(user_id=user_id)
    gone = 0
    for export in old[:BATCH_MAX]:
        storage().delete(export.path)
        gone += Export.objects.filter(pk=export.pk, state=Export.State.READY).update(
            state=Export.State.GONE, path="", size_bytes=0
        )
    return gone


def _make(pk: UUID, at: datetime) -> bool:
    row = Export.objects.filter(pk=pk)
    free = Q(state=Export.State.ASKED) | Q(state=Export.State.MAKING, claimed_at__lt=at - STALE)
    claimed = row.filter(free).update(
        state=Export.State.MAKING, claimed_at=at, tries=F("tries") + 1
    )
    if claimed != 1:
        return False
    export = row.select_related("user").get()
    if not export.user.is_active or export.tries > TRIES_MAX:
        _fail(export, at)
        return False
    try:
        path, size = _write(export, at)
    except Exception:  # one that cannot be made does not hold up the others
        log.exception("export_not_made", export_id=str(pk), tries=export.tries)
        row.filter(state=Export.State.MAKING, claimed_at=at).update(state=Export.State.ASKED)
        return False
    return _settle(export, path=path, size=size, at=at)


def _write(export: Export, at: datetime) -> tuple[str, int]:
    settings.PRIVATE_ROOT.mkdir(parents=True, exist_ok=True)  # /tmp may be memory
    with tempfile.TemporaryFile(dir=settings.PRIVATE_ROOT) as made:
        archives.write(export.user, made, at=at)
        size = made.tell()
        made.seek(0)
        return storage().save(f"exports/{export.pk}.zip", File(made)), size


@transaction.atomic
def _settle(export: Export, *, path: str, size: int, at: datetime) -> bool:
    """Hand it over, unless another job took over meanwhile; older archives go."""
    mine = Export.objects.filter(pk=export.pk, state=Export.State.MAKING, claimed_at=at)
    ready = mine.update(
        state=Export.State.READY, ready_at=at, expires_at=at + LIFE, path=path, size_bytes=size
    )
    if ready != 1:
        transaction.on_commit(partial(storage().delete, path), robust=True)
        return False
    earlier = Export.objects.filter(user=export.user, state=Export.State.READY)
    for old in earlier.exclude(pk=export.pk):
        transaction.on_commit(partial(storage().delete, old.path), robust=True)
        Export.objects.filter(pk=old.pk).update(state=Export.State.GONE, path="", size_bytes=0)
    announce(ExportReady(user_id=export.user_id, at=at, until=at + LIFE))
    return True


@transaction.atomic
def _fail(export: Export, at: datetime) -> None:
    Export.objects.filter(pk=export.pk).update(state=Export.State.FAILED)
    announce(ExportFailed(user_id=export.user_id, at=at))
