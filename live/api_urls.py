from __future__ import annotations

from django.urls import include, path

from live import api

app_name = "live-api"
urlpatterns = [
    path("", include("live.streams.api_urls")),
    path("", include("live.streams.gift_api_urls")),
    path("sessions/", api.SessionsView.as_view(), name="sessions"),
    path("sessions/active/", api.ActiveSessionView.as_view(), name="active"),
    path("sessions/<uuid:session_id>/", api.SessionView.as_view(), name="session"),
    path("sessions/<uuid:session_id>/accept/", api.AcceptView.as_view(), name="accept"),
    path("sessions/<uuid:session_id>/decline/", api.DeclineView.as_view(), name="decline"),
    path("sessions/<uuid:session_id>/cancel/", api.CancelView.as_view(), name="cancel"),
    path("sessions/<uuid:session_id>/end/", api.EndView.as_view(), name="end"),
    path("sessions/<uuid:session_id>/cap/", api.CapView.as_view(), name="cap"),
    path("sessions/<uuid:session_id>/minutes/", api.MinutesView.as_view(), name="minutes"),
    path("sessions/<uuid:session_id>/messages/", api.MessagesView.as_view(), name="messages"),
    path("sessions/<uuid:session_id>/receipt/", api.ReceiptView.as_view(), name="receipt"),
    path("sessions/<uuid:session_id>/ice-servers/", api.IceServersView.as_view(), name="ice"),
]
