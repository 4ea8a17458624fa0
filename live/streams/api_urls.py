from __future__ import annotations

from django.urls import path

from live.streams import api

app_name = "live-streams-api"
urlpatterns = [
    path("streams/", api.StreamsView.as_view(), name="streams"),
    path("streams/<uuid:stream_id>/", api.StreamView.as_view(), name="stream"),
    path("streams/<uuid:stream_id>/thumbnail/", api.ThumbnailView.as_view(), name="thumbnail"),
    path("streams/<uuid:stream_id>/start/", api.StartView.as_view(), name="start"),
    path("streams/<uuid:stream_id>/join/", api.JoinView.as_view(), name="join"),
    path("streams/<uuid:stream_id>/token/", api.TokenView.as_view(), name="token"),
    path("streams/<uuid:stream_id>/leave/", api.LeaveView.as_view(), name="leave"),
    path("streams/<uuid:stream_id>/end/", api.EndView.as_view(), name="end"),
    path("streams/<uuid:stream_id>/cancel/", api.CancelView.as_view(), name="stream-cancel"),
]
