"""Where the pages of notices are."""

from __future__ import annotations

from django.urls import path

from backend.notifications import views

app_name = "notifications"
urlpatterns = [
    path("notifications/", views.notices, name="notices"),
    path("notifications/read/", views.read, name="read"),
    path("notifications/preferences/", views.preferences, name="preferences"),
    path("notifications/<uuid:notice_id>/", views.follow, name="follow"),
]
