from __future__ import annotations

from django.urls import path

from payouts import views

app_name = "payouts"
urlpatterns = [
    path("wallet/", views.wallet, name="wallet"),
    path("wallet/return/", views.come_back, name="return"),
    path("wallet/activity.csv", views.activity_csv, name="activity-csv"),
]
