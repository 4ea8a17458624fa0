"""Where the staff pages about money are, under /staff/; part of ``admin_portal.urls``."""

from __future__ import annotations

from django.urls import path

from admin_portal.views import adjustments, ledger

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
]
