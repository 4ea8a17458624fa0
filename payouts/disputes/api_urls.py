from __future__ import annotations

from django.urls import path

from payouts.disputes import api

app_name = "disputes-api"
urlpatterns = [
    path("disputes/", api.DisputesView.as_view(), name="disputes"),
    path("disputes/<uuid:dispute_id>/", api.DisputeView.as_view(), name="dispute"),
    path("disputes/<uuid:dispute_id>/statements/", api.StatementsView.as_view(), name="statements"),
    path("disputes/<uuid:dispute_id>/appeal/", api.AppealView.as_view(), name="appeal"),
]
