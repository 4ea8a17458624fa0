"""The list of streams by filter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from backend.accounts.models import User
from backend.core.errors import InvalidInput
from backend.core.pages import CursorPages
from live.models import Stream
from live.stream_states import Access, StreamState
from live.streams import selectors
from readers.kinds import LANGUAGES, SPECIALTIES

_WORDS: Final = {
    "state": set(StreamState.values),
    "topic": set(SPECIALTIES),
    "language": set(LANGUAGES),
    "access": set(Access.values),
}


class SoonestFirst(CursorPages):
    """Announced streams in the order of their beginnings."""

    ordering = ("scheduled_at", "id")  # type: ignore[assignment]  # DRF takes both


def asked(
    user: User | None, params: Mapping[str, str], at: datetime
) -> tuple[CursorPages, QuerySet[Stream]]:
    """How to page, and what the asker may know of and asked for.

    What is an hour overdue is listed as scheduled for its host only.
    :raises InvalidInput: a filter says what there is not.
    """
    rows = selectors.known_to(user)
    for name, known in _WORDS.items():
        if value := params.get(name, ""):
            if value not in known:
                raise InvalidInput(f"There is no such {name}.")
            rows = rows.filter(**{name: value})
    if host := params.get("host", ""):
        rows = rows.filter(host=_id(host))
    if params.get("state") == StreamState.SCHEDULED:
        due = Q(scheduled_at__gt=at - selectors.OVERDUE)
        own = Q(host=user, scheduled_at__isnull=False) if user else Q()
        return SoonestFirst(), rows.filter(due | own)
    return CursorPages(), rows


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvalidInput("host is an id.") from None
