"""Where the API doors of staff are, under /api/v1/."""

from __future__ import annotations

from django.urls import path

from admin_portal import api

app_name = "admin-api"
urlpatterns = [
    path("admin/readers/", api.ReadersView.as_view(), name="readers"),
    path("admin/users/<uuid:user_id>/freeze/", api.FreezeView.as_view(), name="freeze"),
    path("admin/users/<uuid:user_id>/thaw/", api.ThawView.as_view(), name="thaw"),
]
