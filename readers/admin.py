from __future__ import annotations

from django.contrib import admin

from backend.core.admin import ReadOnly
from readers.models import ReaderProfile, VettingStep


@admin.register(ReaderProfile)
class ReaderProfileAdmin(ReadOnly):
    """Readers. What they offer is theirs to change, and staff's on the page of each."""

    list_display = ("slug", "told_status", "rating_count", "readings_count", "published_at")
    search_fields = ("slug", "user__email", "user__display_name")


@admin.register(VettingStep)
class VettingStepAdmin(ReadOnly):
    """What was confirmed about readers before their page was shown."""

    list_display = ("reader", "kind", "note", "done_by", "done_at")
    list_filter = ("kind",)
    list_select_related = ("reader", "done_by")
    ordering = ("-id",)
