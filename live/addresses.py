"""Where the pages of a reading are."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse


def room_url(session_id: UUID) -> str:
    """The reading room."""
    return reverse("live:room", args=[session_id])


def receipt_url(session_id: UUID) -> str:
    """The receipt."""
    return reverse("live:receipt", args=[session_id])
