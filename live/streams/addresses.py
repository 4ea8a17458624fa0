"""Where the pages of live rooms are."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse


def room_url(stream_id: UUID) -> str:
    """The page of a room."""
    return reverse("live-streams:room", args=[stream_id])


def studio_url(stream_id: UUID) -> str:
    """The host's own page of it."""
    return reverse("live-streams:studio_room", args=[stream_id])


def calendar_url(stream_id: UUID) -> str:
    """Its calendar file."""
    return reverse("live-streams:calendar", args=[stream_id])
