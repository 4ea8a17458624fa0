"""Tell a person something: a row, an event to their open pages, a mail where they want one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction

from backend.accounts import exclusions, mails
from backend.accounts.models import Role, User
from backend.core import jobs
from backend.notifications import kinds, selectors
from backend.notifications.models import (
    BODY_CHARS_MAX,
    TITLE_CHARS_MAX,
    Notification,
    Preference,
)
from backend.realtime import events, rooms
from backend.realtime.publish import publish

log = structlog.get_logger(__name__)
MAIL_BATCH_MAX = 200
MAIL_TRIES_MAX = 6
STAFF_TOLD_MAX = 50
FIRST_RETRY = timedelta(minutes=1)


@transaction.atomic
def notify(
    *, user_id: UUID, kind: str, title: str, at: datetime, body: str = "", url: str = ""
) -> Notification | None:
    """Tell one person. The event and the mail leave when the caller's transaction commits.

    ``kind`` is one of ``kinds.BY_SLUG``; ``url`` a path of this site. Whoever excluded
    themselves from spending is not invited to: then nothing is told, and None comes back.
    :raises KeyError: there is no such kind.
    """
    if kinds.BY_SLUG[kind].invites and exclusions.current(user_id, at=at):
        return None
    by_mail = selectors.wants_mail(user_id, kind)
    notice = Notification.objects.create(
        user_id=user_id,
        kind=kinds.BY_SLUG[kind].slug,
        title=title[:TITLE_CHARS_MAX],
        body=body[:BODY_CHARS_MAX],
        url=url,
        created_at=at,
        mail_due_at=at if by_mail else None,
    )
    told = events.Notification(
        id=notice.pk, kind=kind, title=notice.title, body=notice.body, url=url
    )
    publish(told, to=rooms.user(user_id))
    if by_mail:
        jobs.enqueue("backend.notifications.tasks.send_mail", notice_id=str(notice.pk))
    return notice


@transaction.atomic
def notify_staff(*, title: str, at: datetime, body: str = "", url: str = "") -> int:
    """Tell every admin, at most fifty; how many."""
    admins = User.objects.filter(role=Role.ADMIN, is_active=True, frozen_at=None)
    told = 0
    for admin_id in admins.order_by("id").values_list("id", flat=True)[:STAFF_TOLD_MAX]:
        notify(user_id=admin_id, kind="staff", title=title, body=body, url=url, at=at)
        told += 1
    return told


@transaction.atomic
def mark_read(*, user: User, at: datetime, ids: Collection[UUID] | None = None) -> int:
    """Mark a person's own notices read, all of them unless ``ids`` says which; how many moved."""
    unread = Notification.objects.filter(user=user, read_at=None)
    if ids is not None:
        unread = unread.filter(pk__in=ids)
    return unread.update(read_at=at)


@transaction.atomic
def wish(*, user: User, by_mail: Collection[str]) -> None:
    """Set which kinds are mailed: those in ``by_mail``, and no other the person can switch."""
    for kind in kinds.shown_to(user.role):
        Preference.objects.update_or_create(
            user=user, kind=kind.slug, defaults={"by_mail": kind.slug in by_mail}
        )


def send_due(*, at: datetime, notice_id: UUID | None = None) -> int:
    """Mail what is due, or only one notice; how many went.

    A row is claimed before its mail leaves, so two workers never send one twice. A mail server
    that fails makes it due again later, six times at most.
    """
    due = Notification.objects.filter(mail_due_at__lte=at, mailed_at=None)
    if notice_id is not None:
        due = due.filter(pk=notice_id)
    return sum(_mail(pk, at) for pk in due.values_list("pk", flat=True)[:MAIL_BATCH_MAX])


def _mail(pk: UUID, at: datetime) -> bool:
    row = Notification.objects.filter(pk=pk)
    if row.filter(mailed_at=None, mail_due_at__lte=at).update(mailed_at=at) != 1:
        return False
    notice = row.select_related("user").get()
    if not notice.user.is_active or notice.user.is_frozen:
        return False
    link = f"{settings.SITE_URL}{notice.url}" if notice.url else ""
    try:
        mails.send("notice", to=notice.user.email, context={"notice": notice, "link": link})
    except OSError:
        log.exception("notice_not_mailed", notice_id=str(pk))
        tries = notice.mail_tries + 1
        again = at + FIRST_RETRY * 2**tries if tries < MAIL_TRIES_MAX else None
        row.update(mailed_at=None, mail_due_at=again, mail_tries=tries)
        return False
    return True
