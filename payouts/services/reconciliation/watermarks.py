"""Up to when something outside has been read."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from payouts.models import Watermark

OVERLAP: Final = timedelta(days=2)
FIRST_LOOK: Final = timedelta(days=30)


def since(name: str, at: datetime, *, overlap: timedelta = OVERLAP) -> datetime:
    """From when to read: a little before the mark, so that what was late is not missed."""
    mark = Watermark.objects.filter(name=name).first()
    return mark.at - overlap if mark else at - FIRST_LOOK


@transaction.atomic
def move(name: str, at: datetime) -> None:
    """Everything up to ``at`` has been read."""
    Watermark.objects.update_or_create(name=name, defaults={"at": at})
