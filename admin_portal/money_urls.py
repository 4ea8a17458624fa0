"""Where the staff pages about money are, under /staff/; part of ``admin_portal.urls``."""

from __future__ import annotations

from django.urls import path

from admin_portal.views import adjustments, gifts, ledger, payout_runs, webhooks

_ONE = "adjustments/<uuid:adjustment_id>/"
urlpatterns = [
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/find/", ledger.find, name="ledger_find"),
    path("ledger/movements/<uuid:movement_id>/", ledger.movement, name="ledger_movement"),
    path("ledger/pots/", ledger.pots, name="ledger_pots"),
    path("ledger/pots/<int:pot_id>/", ledger.pot, name="ledger_pot"),
    path("ledger/people/<uuid:user_id>/", ledger.person, name="ledger_person"),
    path("adjustments/", adjustments.adjustments, name="adjustments"),
    path("adjustments/new/", adjustments.new, name="adjustment_new"),
    path(_ONE, adjustments.one, name="adjustment"),
    path(f"{_ONE}approve/", adjustments.approve, name="adjustment_approve"),
    path(f"{_ONE}refuse/", adjustments.refuse, name="adjustment_refuse"),
    path(f"{_ONE}withdraw/", adjustments.withdraw, name="adjustment_withdraw"),
    path("payouts/", payout_runs.payout_runs, name="payout_runs"),
    path("payouts/plan/", payout_runs.plan, name="payout_plan"),
    path("payouts/order/", payout_runs.order, name="payout_order"),
    path("payouts/<uuid:run_id>/", payout_runs.run, name="payout_run"),
    path("payouts/retry/<uuid:payout_id>/", payout_runs.retry, name="payout_retry"),
    path("payouts/readers/<uuid:user_id>/", payout_runs.reader, name="payout_reader"),
    path("payouts/readers/<uuid:user_id>/hold/", payout_runs.hold, name="payout_hold"),
    path("payouts/readers/<uuid:user_id>/lift/", payout_runs.lift, name="payout_lift"),
    path("gifts/", gifts.gifts, name="gifts"),
    path("gifts/<uuid:kind_id>/offer/", gifts.offer, name="gift_offer"),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/replay/", webhooks.replay_many, name="webhooks_replay"),
    path("webhooks/<uuid:event_id>/", webhooks.event, name="webhook"),
    path("webhooks/<uuid:event_id>/replay/", webhooks.replay, name="webhook_replay"),
]
