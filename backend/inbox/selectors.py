"""Questions about the inbox, for the staff's pages and the health check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db.models import QuerySet

from backend.core.errors import NotFound
from backend.inbox.models import ExternalEvent


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events: every field that is said narrows them. ``day`` is UTC."""

    state: str = ""
    type: str = ""
    object_id: str = ""
    day: date | None = None


def events(wanted: Wanted) -> QuerySet[ExternalEvent]:
    """Events that fit, newest first, without their payloads."""
    found = ExternalEvent.objects.defer("payload").order_by("-id")
    for field in ("state", "type", "object_id"):
        if value := getattr(wanted, field):
            found = found.filter(**{field: value})
    if wanted.day:
        begin = datetime.combine(wanted.day, time.min, tzinfo=UTC)
        found = found.filter(received_at__gte=begin, received_at__lt=begin + timedelta(days=1))
    return found


def event(event_id: UUID) -> ExternalEvent:
    """One event, with its payload as it came.

    :raises NotFound: there is none with that id.
    """
    found = ExternalEvent.objects.filter(pk=event_id).first()
    if found is None:
        raise NotFound("There is no such event.")
    return found


def dead_letters() -> QuerySet[ExternalEvent]:
    """Events that were given up, newest first; a person has to look."""
    return ExternalEvent.objects.filter(state=ExternalEvent.State.DEAD).order_by("-received_at")


def dead_count() -> int:
    """How many events were given up and wait for a person."""
    return ExternalEvent.objects.filter(state=ExternalEvent.State.DEAD).count()


def waiting_count() -> int:
    """How many events are not settled yet."""
    return ExternalEvent.objects.filter(state=ExternalEvent.State.WAITING).count()


def waiting_of(source: str, *, until: datetime) -> int:
    """How many events of a source that came by ``until`` are not settled yet."""
    waiting = ExternalEvent.objects.filter(source=source, state=ExternalEvent.State.WAITING)
    return waiting.filter(received_at__lte=until).count()
