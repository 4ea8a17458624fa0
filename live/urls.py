from __future__ import annotations

from django.urls import path

from live import views

app_name = "live"
urlpatterns = [
    path("sessions/", views.history, name="history"),
    path("sessions/<uuid:session_id>/", views.room, name="room"),
    path("sessions/<uuid:session_id>/receipt/", views.receipt, name="receipt"),
    path("console/", views.console, name="console"),
]
