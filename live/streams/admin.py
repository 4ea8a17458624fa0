"""Live rooms for staff: to look at; reports are marked as reviewed, nothing else changes."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from backend.accounts.services import audit_log
from backend.core import clock
from backend.core.admin import ReadOnly
from backend.core.requests import signed_in
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
    """The review queue: what waits comes first."""

    list_display = ("at", "stream", "about", "reporter", "reason", "message", "reviewed_at")
    list_filter = (("reviewed_at", admin.EmptyFieldListFilter),)
    list_select_related = ("stream", "about", "reporter", "message")
    ordering = ("reviewed_at", "-id")
    actions = ("mark_reviewed",)

    @admin.action(description="Mark as reviewed")
    def mark_reviewed(self, request: HttpRequest, reports: QuerySet[Any]) -> None:
        """Take reports off the queue."""
        with transaction.atomic():
            for report in reports.filter(reviewed_at=None).select_for_update(of=("self",)):
                at = clock.now()
                StreamReport.objects.filter(pk=report.pk).update(reviewed_at=at)
                audit_log.record(
                    actor=signed_in(request),
                    act="stream_report.review",
                    about=f"stream_report:{report.pk}",
                    at=at,
                )
