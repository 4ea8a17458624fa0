"""Live rooms for staff: to look at; reports are marked as reviewed, nothing else changes."""

from __future__ import annotations

from django.contrib import admin

from backend.core.admin import ReadOnly
from live.models import Stream, StreamMessage, StreamReport


@admin.register(Stream)
class StreamAdmin(ReadOnly):
    """Streams, newest first."""

    list_display = ("title", "host", "access", "state", "viewers_now", "gifts_cents", "started_at")
    list_filter = ("state", "access", "end_reason")
    list_select_related = ("host",)
    search_fields = ("id", "title", "host__email")
    ordering = ("-id",)


@admin.register(StreamMessage)
class StreamMessageAdmin(ReadOnly):
    """What was said in rooms, removed words too."""

    list_display = ("at", "stream", "sender", "text", "removed_at", "removed_by")
    list_select_related = ("stream", "sender", "removed_by")
    search_fields = ("stream__id", "sender__email")
    ordering = ("-id",)


@admin.register(StreamReport)
class StreamReportAdmin(ReadOnly):
    """Reports of rooms; staff decide about them on their own page."""

    list_display = ("at", "stream", "about", "reporter", "reason", "message", "reviewed_at")
    list_filter = (("reviewed_at", admin.EmptyFieldListFilter),)
    list_select_related = ("stream", "about", "reporter", "message")
    ordering = ("reviewed_at", "-id")
