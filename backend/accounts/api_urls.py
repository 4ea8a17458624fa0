"""Where the API doors of accounts are, under /api/v1/."""

from __future__ import annotations

from django.urls import path

from backend.accounts.api import auth, privacy, reports, users

app_name = "accounts-api"
urlpatterns = [
    path("auth/register/", auth.RegisterView.as_view(), name="register"),
    path("auth/login/", auth.LoginView.as_view(), name="login"),
    path("auth/refresh/", auth.RefreshView.as_view(), name="refresh"),
    path("auth/logout/", auth.LogoutView.as_view(), name="logout"),
    path("users/me/", users.MeView.as_view(), name="me"),
    path("users/me/blocks/", users.BlocksView.as_view(), name="blocks"),
    path("users/me/export/", privacy.ExportView.as_view(), name="export"),
    path("users/me/export/<str:link>/", privacy.ExportFileView.as_view(), name="export-file"),
    path("users/me/erasure/", privacy.ErasureView.as_view(), name="erasure"),
    path("users/me/consents/", privacy.ConsentsView.as_view(), name="consents"),
    path("reports/", reports.ReportsView.as_view(), name="reports"),
    path("users/<uuid:user_id>/block/", users.BlockView.as_view(), name="block"),
]
