from __future__ import annotations

from django.urls import path

from live.streams import api, room_api

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
    path(
        "streams/<uuid:stream_id>/messages/<uuid:message_id>/remove/",
        room_api.RemoveView.as_view(),
        name="remove",
    ),
    path(
        "streams/<uuid:stream_id>/messages/<uuid:message_id>/pin/",
        room_api.PinMessageView.as_view(),
        name="pin-message",
    ),
    path("streams/<uuid:stream_id>/pin/", room_api.PinView.as_view(), name="pin"),
    path("streams/<uuid:stream_id>/mutes/", room_api.SilencesView.as_view(), name="mutes"),
    path(
        "streams/<uuid:stream_id>/mutes/<uuid:user_id>/",
        room_api.SilenceView.as_view(),
        name="mute",
    ),
    path("streams/<uuid:stream_id>/reports/", room_api.ReportsView.as_view(), name="reports"),
    path(
        "streams/<uuid:stream_id>/moderators/",
        room_api.ModeratorsView.as_view(),
        name="moderators",
    ),
    path("streams/<uuid:stream_id>/hand/", room_api.HandView.as_view(), name="hand"),
    path("streams/<uuid:stream_id>/hands/", room_api.HandsView.as_view(), name="hands"),
    path(
        "streams/<uuid:stream_id>/hands/<uuid:user_id>/invite/",
        room_api.InviteView.as_view(),
        name="invite",
    ),
    path(
        "streams/<uuid:stream_id>/reminders/",
        room_api.RemindersView.as_view(),
        name="reminders",
    ),
]
