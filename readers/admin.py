from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from readers.models import ReaderProfile


@admin.register(ReaderProfile)
class ReaderProfileAdmin(ModelAdmin):
    """Rows of readers, for looking."""

    list_display = ("slug", "told_status", "rating_count", "readings_count", "published_at")
    search_fields = ("slug", "user__email", "user__display_name")
    readonly_fields = ("user", "rating_sum", "rating_count", "readings_count", "busy_session_id")
