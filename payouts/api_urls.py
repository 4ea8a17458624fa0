from __future__ import annotations

from django.urls import include, path

from payouts import api

app_name = "payouts-api"
urlpatterns = [
    path("payouts/", include("payouts.earnings.api_urls")),
    path("payments/topups/", api.TopUpListView.as_view(), name="top-ups"),
    path("payments/topups/<uuid:top_up_id>/", api.TopUpView.as_view(), name="top-up"),
    path("payments/balance/", api.BalanceView.as_view(), name="balance"),
    path("payments/transactions/", api.TransactionListView.as_view(), name="transactions"),
]
