"""Notices in Django's admin: to look at."""

from __future__ import annotations

from django.contrib import admin

from backend.core.admin import ReadOnly
from backend.notifications.models import Notification


@admin.register(Notification)
class NotificationAdmin(ReadOnly):
    """What people were told."""

    list_display = ("created_at", "user", "kind", "title", "read_at", "mailed_at")
    list_filter = ("kind",)
    list_select_related = ("user",)
    ordering = ("-id",)
