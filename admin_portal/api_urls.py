"""Where the API doors of staff are, under /api/v1/."""

from __future__ import annotations

from django.urls import include, path

from admin_portal import api, diagnostics_api, payout_api, stats_api
from admin_portal.diagnostics import running

app_name = "admin-api"
urlpatterns = [
    path("admin/disputes/", include("admin_portal.evidence.api_urls")),
    path("admin/stats/", stats_api.StatsView.as_view(), name="stats"),
    path("admin/readers/", api.ReadersView.as_view(), name="readers"),
    path(
        "admin/readers/<uuid:reader_id>/lift-payouts/",
        payout_api.LiftView.as_view(),
        name="lift-payouts",
    ),
    path("admin/payouts/runs/", payout_api.RunsView.as_view(), name="payout-runs"),
    path("admin/payouts/runs/<uuid:run_id>/", payout_api.RunView.as_view(), name="payout-run"),
    path(
        "admin/payouts/<uuid:payout_id>/retry/", payout_api.RetryView.as_view(), name="payout-retry"
    ),
    path("admin/users/<uuid:user_id>/freeze/", api.FreezeView.as_view(), name="freeze"),
    path("admin/users/<uuid:user_id>/thaw/", api.ThawView.as_view(), name="thaw"),
    path("", include("admin_portal.money_api_urls")),
    path("diagnostics/", diagnostics_api.DiagnosesView.as_view(), name="diagnoses"),
    path("diagnostics/error-test/", diagnostics_api.ErrorTestView.as_view(), name="error-test"),
    *(
        path(f"diagnostics/{name}/", diagnostics_api.DiagnosisView.as_view(check=name))
        for name in running.CHECKS
    ),
]
