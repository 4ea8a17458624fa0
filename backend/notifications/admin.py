"""Notices in Django's admin: to look at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from backend.notifications.models import Notification


@admin.register(Notification)
class NotificationAdmin(ModelAdmin):  # type: ignore[misc]
    """What people were told."""

    list_display = ("created_at", "user", "kind", "title", "read_at", "mailed_at")
    list_filter = ("kind",)
    list_select_related = ("user",)
    ordering = ("-id",)

    def has_add_permission(self, request: HttpRequest, *_: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, *_: Any) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, *_: Any) -> bool:
        return False
