from __future__ import annotations

from django.urls import include, path

from payouts import api
from payouts.wallet.api import cards, codes, limits, statements, withdrawals

app_name = "payouts-api"
urlpatterns = [
    path("payouts/", include("payouts.earnings.api_urls")),
    path("payments/topups/", api.TopUpListView.as_view(), name="top-ups"),
    path("payments/topups/<uuid:top_up_id>/", api.TopUpView.as_view(), name="top-up"),
    path("payments/balance/", api.BalanceView.as_view(), name="balance"),
    path("payments/transactions/", api.TransactionListView.as_view(), name="transactions"),
    path("payments/statements/", statements.StatementView.as_view(), name="statements"),
    path("payments/methods/", cards.CardListView.as_view(), name="cards"),
    path("payments/methods/<uuid:card_id>/", cards.CardView.as_view(), name="card"),
    path("payments/auto-reload/", cards.AutoReloadView.as_view(), name="auto-reload"),
    path("payments/limits/", limits.LimitsView.as_view(), name="limits"),
    path("payments/exclusion/", limits.ExclusionView.as_view(), name="exclusion"),
    path("payments/codes/redeem/", codes.RedeemView.as_view(), name="redeem"),
    path("payments/withdrawals/", withdrawals.WithdrawalListView.as_view(), name="withdrawals"),
    path(
        "payments/withdrawals/<uuid:withdrawal_id>/",
        withdrawals.WithdrawalView.as_view(),
        name="withdrawal",
    ),
]
