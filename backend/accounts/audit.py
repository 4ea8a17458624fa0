"""Questions of staff about what staff did: the audit log, and the switches of features."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from backend.accounts.models import AuditEntry, FeatureSwitch, User
from backend.accounts.selectors import people

ACTORS_MAX: Final = 50


@dataclass(frozen=True)
class AuditFilter:
    """Which acts of staff to show; empty fields ask nothing. ``until`` is the last day itself."""

    act: str = ""
    who: str = ""
    about: str = ""
    since: date | None = None
    until: date | None = None


def entries(asked: AuditFilter) -> QuerySet[AuditEntry]:
    """For staff: what was done, newest first.

    ``about`` matches the thing itself (``user:0198…``), an id alone, or all things of a kind.
    """
    found = AuditEntry.objects.select_related("actor").order_by("-id")
    if asked.act:
        found = found.filter(act=asked.act)
    if asked.who:
        found = found.filter(actor__in=people(asked.who)[:ACTORS_MAX].values("pk"))
    if asked.about:
        found = found.filter(_about(asked.about.strip()))
    if asked.since:
        found = found.filter(at__gte=_midnight(asked.since))
    if asked.until:
        found = found.filter(at__lt=_midnight(asked.until) + timedelta(days=1))
    return found


def acts_known() -> list[str]:
    """Every kind of act that the log holds, by name; walks the index, not the rows."""
    with connection.cursor() as cursor:
        cursor.execute(_ACTS)
        return [act for (act,) in cursor.fetchall()]


# The next distinct value of an index, again and again: as many look-ups as there are kinds.
_ACTS: Final = """
WITH RECURSIVE kinds AS (
    (SELECT act FROM accounts_auditentry ORDER BY act LIMIT 1)
    UNION ALL
    SELECT (SELECT act FROM accounts_auditentry WHERE act > kinds.act ORDER BY act LIMIT 1)
    FROM kinds WHERE kinds.act IS NOT NULL
)
SELECT act FROM kinds WHERE act IS NOT NULL LIMIT 500
"""


def _about(words: str) -> Q:
    if ":" in words:
        return Q(about=words)
    with contextlib.suppress(ValueError):
        return Q(about__endswith=f":{UUID(words)}")
    return Q(about__startswith=f"{words}:")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)


def feature_switches() -> dict[str, FeatureSwitch]:
    """For staff: what was switched, by the feature's name."""
    return {row.name: row for row in FeatureSwitch.objects.select_related("changed_by")}


def acts_about(user: User) -> QuerySet[AuditEntry]:
    """What was done about one person, newest first."""
    return entries(AuditFilter(about=f"user:{user.pk}"))
