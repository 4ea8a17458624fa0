"""Case 18: whatever order webhooks come in, the ledger ends the same."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from django.db import transaction

from backend.ledger import selectors as ledger
from payouts.models import Chargeback, TopUp
from tests.payouts.chargebacks.conftest import Bank, all_pots, booked

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db]
FOUR = (
    "payment_intent.succeeded",
    "refund.created",
    "charge.dispute.created",
    "charge.dispute.closed",
)


def _after(bank: Bank, events: Any) -> Any:
    """Everything that counts once these events were worked in this order; then all is undone."""
    with transaction.atomic():
        for event in events:
            assert bank.till.receive(event)
            bank.till.work()
        states = list(Chargeback.objects.values_list("dispute_id", "state", "amount_cents"))
        told = booked(), all_pots(), ledger.platform_cents(), states, TopUp.objects.get().status
        transaction.set_rollback(True)
    return told


@pytest.mark.parametrize("outcome", ["lost", "won"])
def test_case_18_all_24_orders_of_four_events_give_the_same_ledger(
    bank: Bank, outcome: str
) -> None:
    payment = bank.till.pay(bank.till.start())
    bank.till.sandbox.order(f"charges/{payment['id']}/refund", amount=600)
    disputed = bank.till.sandbox.dispute(payment["id"], amount=1_400)
    bank.till.sandbox.decide(disputed["id"], outcome)
    heard = bank.till.stripe.v1.events.list(params={"types": list(FOUR)}).data
    assert {event.type for event in heard} == set(FOUR)

    orders = list(permutations(heard))
    assert len(orders) == 24
    ends = [_after(bank, order) for order in orders]
    assert all(end == ends[0] for end in ends[1:])
    movements, pots, _, states, _ = ends[0]
    assert [kind for kind, *_ in movements if kind.startswith("chargeback")] == [
        "chargeback",
        f"chargeback_{outcome}",
    ]
    assert states[0][1] == outcome
    left = {kind: cents for (kind, _), cents in pots.items() if cents}
    assert left == ({"client_wallet": 1_400} if outcome == "won" else {})
