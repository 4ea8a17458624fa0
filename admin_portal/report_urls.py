"""Where the queue of reports is, under /staff/reports/."""

from __future__ import annotations

from django.urls import path

from admin_portal.views import reports

urlpatterns = [
    path("", reports.reports, name="reports"),
    path("<str:kind>/<uuid:report_id>/decide/", reports.decide, name="decide_report"),
]
