from __future__ import annotations

from django.urls import path

from backend.realtime import api

app_name = "realtime-api"
urlpatterns = [path("ws-tickets/", api.SocketTicketView.as_view(), name="ws-tickets")]
