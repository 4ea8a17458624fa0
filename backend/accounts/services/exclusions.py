"""Shutting oneself out from spending: for a time, or for good."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from backend.accounts import exclusions
from backend.accounts.announcements import SelfExclusionBegan
from backend.accounts.models import Exclusion, User
from backend.accounts.services import audit_log
from backend.core.announcements import announce
from backend.core.errors import Conflict, InvalidInput

DAYS_MIN: Final = 1
DAYS_MAX: Final = 183


class CannotBeShortened(Conflict):
    """A longer exclusion holds already. ``until`` is its end, null when it is for good."""

    code, title = "exclusion_cannot_be_shortened", "An exclusion cannot be shortened"


@transaction.atomic
def begin(*, user: User, days: int | None, at: datetime) -> Exclusion:
    """Keep a person from spending for ``days``, or for good (None). What runs ends politely.

    Asking again may only make it longer.
    :raises InvalidInput: less than a day, or more than half a year and not for good.
    :raises CannotBeShortened: it would end before the one that holds.
    """
    if days is not None and not DAYS_MIN <= days <= DAYS_MAX:
        raise InvalidInput(f"Choose from {DAYS_MIN} to {DAYS_MAX} days, or for good.")
    # Whatever spends looks under this lock, or ends with what is announced here.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    until = None if days is None else at + timedelta(days=days)
    held = exclusions.current(user.pk, at=at)
    if held and not _is_longer(until, held.until):
        end = held.until.isoformat() if held.until else None
        raise CannotBeShortened("The one that holds already is longer.", until=end)
    begun = Exclusion.objects.create(user=user, began_at=at, until=until)
    audit_log.record(
        actor=user,
        act="exclusion.begin",
        about=f"user:{user.pk}",
        at=at,
        facts={"until": until.isoformat() if until else None},
    )
    announce(SelfExclusionBegan(user_id=user.pk, until=until, at=at))
    return begun


def _is_longer(until: datetime | None, held: datetime | None) -> bool:
    if held is None:
        return False
    return until is None or until > held
