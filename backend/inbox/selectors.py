"""Questions about the inbox, for the staff's pages and the health check."""

from __future__ import annotations

from django.db.models import QuerySet

from backend.inbox.models import ExternalEvent


def dead_letters() -> QuerySet[ExternalEvent]:
    """Events that were given up, newest first; a person has to look."""
    return ExternalEvent.objects.filter(state=ExternalEvent.State.DEAD).order_by("-received_at")


def waiting_count() -> int:
    """How many events are not settled yet."""
    return ExternalEvent.objects.filter(state=ExternalEvent.State.WAITING).count()
