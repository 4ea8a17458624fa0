"""Where the API doors of staff about money are; part of ``admin_portal.api_urls``."""

from __future__ import annotations

from django.urls import path

from admin_portal import adjustments_api, ledger_api

_ONE = "admin/adjustments/<uuid:adjustment_id>/"
urlpatterns = [
    path("admin/ledger/movements/", ledger_api.MovementListView.as_view(), name="movements"),
    path(
        "admin/ledger/movements/<uuid:movement_id>/",
        ledger_api.MovementView.as_view(),
        name="movement",
    ),
    path("admin/adjustments/", adjustments_api.AdjustmentListView.as_view(), name="adjustments"),
    path(_ONE, adjustments_api.AdjustmentView.as_view(), name="adjustment"),
    path(f"{_ONE}approve/", adjustments_api.ApproveView.as_view(), name="adjustment-approve"),
    path(f"{_ONE}refuse/", adjustments_api.RefuseView.as_view(), name="adjustment-refuse"),
    path(f"{_ONE}withdraw/", adjustments_api.WithdrawView.as_view(), name="adjustment-withdraw"),
]
