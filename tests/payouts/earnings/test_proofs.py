"""The nightly proofs see a payout row that does not fit its money."""

from __future__ import annotations

import pytest

from backend.ledger import audit
from payouts.models import Payout
from tests.payouts.earnings.conftest import House

pytestmark = pytest.mark.sandbox


def test_a_row_that_lies_is_found(house: House) -> None:
    for cents in (2_000, 3_000):
        house.reader(cents)
    house.sandbox.fault("429", "POST /v1/transfers")
    house.night()
    assert audit.proofs(house.at) == []
    flying, sent = (Payout.objects.get(state=state) for state in ("started", "sent"))
    Payout.objects.filter(pk=sent.pk).update(transfer_id="tr_other")
    assert [str(one).split(":")[0] for one in audit.proofs(house.at)] == [
        "a transfer is booked under its id"
    ]
    Payout.objects.filter(pk=sent.pk).update(transfer_id=sent.transfer_id)
    Payout.objects.filter(pk=flying.pk).update(state="waited", reason="held")
    assert {str(one).split(":")[0] for one in audit.proofs(house.at)} == {
        "a payout is as far as its money",
        "who has money on its way has a payout",
    }
