"""Where the API doors of notices are, under /api/v1/."""

from __future__ import annotations

from django.urls import path

from backend.notifications import api

app_name = "notifications-api"
urlpatterns = [
    path("notifications/", api.NotificationsView.as_view(), name="list"),
    path("notifications/read/", api.ReadView.as_view(), name="read"),
]
