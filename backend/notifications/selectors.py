"""Questions about notices. Everybody sees only their own."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from backend.accounts.models import User
from backend.notifications import kinds
from backend.notifications.models import Notification, Preference


def notices_of(user: User) -> QuerySet[Notification]:
    """All of a person's notices, newest first."""
    return Notification.objects.filter(user=user).order_by("-id")


def unread_of(user_id: UUID) -> int:
    """How many notices a person has not read."""
    return Notification.objects.filter(user_id=user_id, read_at=None).count()


def wants_mail(user_id: UUID, kind: str) -> bool:
    """Whether a person wants notices of ``kind`` by mail."""
    wish = Preference.objects.filter(user_id=user_id, kind=kind).first()
    return wish.by_mail if wish else kinds.BY_SLUG[kind].by_mail


def wishes_of(user: User) -> list[tuple[kinds.Kind, bool]]:
    """Every kind a person can switch, with whether it is mailed."""
    wishes = dict(Preference.objects.filter(user=user).values_list("kind", "by_mail"))
    shown = kinds.shown_to(user.role)
    return [(kind, wishes.get(kind.slug, kind.by_mail)) for kind in shown]
