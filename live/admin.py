"""Readings for staff: to look at, never to change."""

from __future__ import annotations

from django.contrib import admin

from backend.core.admin import LongList, ReadOnly
from live.models import (
    ChatMessage,
    FreeSecondsClaim,
    QualitySample,
    ReadingSession,
    Segment,
    SessionEvent,
)
from live.streams import admin as streams  # noqa: F401  (registers live rooms)
from live.streams import gift_admin  # noqa: F401  (registers the gifts)


@admin.register(ReadingSession)
class ReadingSessionAdmin(LongList, ReadOnly):
    """Readings, newest first."""

    list_display = ("id", "client", "reader", "kind", "state", "reason", "billable_s", "started_at")
    list_filter = ("state", "kind", "reason")
    list_select_related = ("client", "reader")
    search_fields = ("id", "client__email", "reader__email")
    ordering = ("-id",)


@admin.register(Segment)
class SegmentAdmin(LongList, ReadOnly):
    """Stretches in which both were connected."""

    list_display = ("session", "n", "started_at", "ended_at", "billed_s")


@admin.register(SessionEvent)
class SessionEventAdmin(ReadOnly):
    """What pages did, and what stopped the clock."""

    list_display = ("session", "at", "side", "kind", "facts")


@admin.register(QualitySample)
class QualitySampleAdmin(LongList, ReadOnly):
    """What browsers measured."""

    list_display = ("session", "peer", "at", "rtt_ms", "loss_pct", "audio_level", "frames")


@admin.register(FreeSecondsClaim)
class FreeSecondsClaimAdmin(ReadOnly):
    """Who had their free seconds."""

    list_display = ("client", "session", "claimed_at")


@admin.register(ChatMessage)
class ChatMessageAdmin(LongList, ReadOnly):
    """Who wrote when; the words are for the two of them."""

    list_display = ("session", "sender", "at", "delivered_at", "read_at")
    exclude = ("text",)
