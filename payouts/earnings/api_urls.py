from __future__ import annotations

from django.urls import path

from payouts.earnings import api

app_name = "earnings-api"
urlpatterns = [
    path("", api.PayoutListView.as_view(), name="payouts"),
    path("preview/", api.PreviewView.as_view(), name="preview"),
    path("onboarding/", api.OnboardingView.as_view(), name="onboarding"),
    path("statements/", api.StatementListView.as_view(), name="statements"),
    path("threshold/", api.ThresholdView.as_view(), name="threshold"),
]
