"""What notices keep of a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from backend.core import privacy
from backend.notifications.models import Notification, Preference


@privacy.exports(
    "notices",
    title="Notices",
    words="What we told you, and what you want by mail.",
    tables=["notifications.Notification", "notifications.Preference"],
)
def notices(user_id: UUID) -> Iterator[privacy.Row]:
    """Notices, then wishes about mail."""
    yield from privacy.rows(
        Notification.objects.filter(user_id=user_id).order_by("pk"),
        *("created_at", "kind", "title", "body", "url", "read_at", "mailed_at"),
    )
    yield from privacy.rows(Preference.objects.filter(user_id=user_id), "kind", "by_mail")


@privacy.erases("notices")
def forget_person(*, user_id: UUID, at: datetime) -> int:
    """Notices quote names and words: they go."""
    Preference.objects.filter(user_id=user_id).delete()
    return Notification.objects.filter(user_id=user_id).delete()[0]


@privacy.forgets(
    "notices",
    title="Notices",
    kept=timedelta(days=365),
    kept_words="a year",
    why="So that you can look something up.",
)
def forget_notices(*, before: datetime) -> int:
    """Notices, read or not."""
    old = Notification.objects.filter(created_at__lt=before).order_by("pk").values_list("pk")
    return Notification.objects.filter(
        pk__in=list(old[: privacy.FORGET_BATCH].values_list("pk", flat=True))
    ).delete()[0]
