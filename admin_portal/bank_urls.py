"""Where the staff pages of banks are, under /staff/bank-disputes/."""

from __future__ import annotations

from django.urls import path

from admin_portal.views import chargebacks

urlpatterns = [
    path("", chargebacks.chargebacks, name="chargebacks"),
    path("<uuid:chargeback_id>/", chargebacks.chargeback, name="chargeback"),
    path("<uuid:chargeback_id>/pack.pdf", chargebacks.pack, name="bank_pack"),
    path("<uuid:chargeback_id>/answer/", chargebacks.answer, name="answer_bank"),
    path("<uuid:chargeback_id>/give-in/", chargebacks.give_in, name="give_in"),
    path("<uuid:chargeback_id>/let-go/", chargebacks.let_go, name="let_go"),
    path("warnings/<uuid:warning_id>/", chargebacks.warning, name="bank_warning"),
    path("warnings/<uuid:warning_id>/clear/", chargebacks.clear, name="clear_warning"),
    path("warnings/<uuid:warning_id>/refund/", chargebacks.refund, name="refund_warned"),
]
