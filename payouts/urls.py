from __future__ import annotations

from django.urls import path

from payouts import views
from payouts.wallet import views as wallet

app_name = "payouts"
urlpatterns = [
    path("wallet/", views.wallet, name="wallet"),
    path("wallet/return/", views.come_back, name="return"),
    path("wallet/activity.csv", wallet.activity_csv, name="activity-csv"),
    path("wallet/cards/", wallet.saved_cards, name="cards"),
    path("wallet/cards/return/", wallet.cards_return, name="cards-return"),
    path("wallet/cards/<uuid:card_id>/", wallet.card_act, name="card"),
    path("wallet/limits/", wallet.limits, name="limits"),
    path("wallet/limits/exclusion/", wallet.exclude, name="exclude"),
    path("wallet/withdraw/", wallet.withdraw, name="withdraw"),
    path("wallet/codes/", wallet.promo_codes, name="codes"),
]
