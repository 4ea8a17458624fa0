"""Self-exclusion: whoever shut themselves out spends nothing until it is over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q

from backend.accounts.models import Exclusion
from backend.core.errors import Refused


class SelfExcluded(Refused):
    """They asked not to be let spend. ``until`` is null when it is for good."""

    code, title = "self_excluded", "You asked us not to let you spend"


def current(user_id: UUID, *, at: datetime) -> Exclusion | None:
    """The exclusion that holds at ``at``, the longest if there are several."""
    mine = Exclusion.objects.filter(_holds(at), user=user_id)
    return mine.order_by(F("until").desc(nulls_first=True)).first()


def holds_for(user_ids: Iterable[UUID], *, at: datetime) -> set[UUID]:
    """Those of ``user_ids`` who are excluded at ``at``; one query."""
    held = Exclusion.objects.filter(_holds(at), user__in=list(user_ids))
    return set(held.values_list("user_id", flat=True))


def refuse(user_id: UUID, *, at: datetime) -> None:
    """Stop here if the person is excluded.

    :raises SelfExcluded: they are.
    """
    held = current(user_id, at=at)
    if held is None:
        return
    if held.until is None:
        raise SelfExcluded("You excluded yourself for good. Nothing was charged.", until=None)
    raise SelfExcluded(
        f"You excluded yourself until {held.until:%-d %B %Y, %H:%M} UTC. Nothing was charged.",
        until=held.until.isoformat(),
    )


def _holds(at: datetime) -> Q:
    return Q(began_at__lte=at) & (Q(until=None) | Q(until__gt=at))
