"""Where a reader's pages about money are."""

from __future__ import annotations

from django.urls import path

from payouts.earnings import statement_views as statements
from payouts.earnings import views

app_name = "earnings"
urlpatterns = [
    path("", views.earnings, name="earnings"),
    path("payouts/", views.payouts, name="payouts"),
    path("threshold/", views.set_threshold, name="threshold"),
    path("onboarding/", views.onboard, name="onboarding"),
    path("onboarding/again/", views.onboard_again, name="onboarding-again"),
    path("onboarding/return/", views.come_back, name="onboarding-return"),
    path("statements/", statements.listing, name="statements"),
    path("statements/<int:year>.csv", statements.year_csv, name="year-csv"),
    path("statements/<int:year>-<int:month>.csv", statements.month_csv, name="month-csv"),
    path("statements/<int:year>-<int:month>.pdf", statements.month_pdf, name="month-pdf"),
]
