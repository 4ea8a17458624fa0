from __future__ import annotations

from django.urls import path

from live.streams import gift_views, views

app_name = "live-streams"
urlpatterns = [
    path("live/", views.directory, name="directory"),
    path("live/<uuid:stream_id>/", views.room, name="room"),
    path("live/<uuid:stream_id>/calendar.ics", views.calendar, name="calendar"),
    path("gifts/<uuid:gift_id>/receipt/", gift_views.receipt, name="gift_receipt"),
    path("studio/live/", views.studio, name="studio"),
    path("studio/live/<uuid:stream_id>/", views.studio_room, name="studio_room"),
]
