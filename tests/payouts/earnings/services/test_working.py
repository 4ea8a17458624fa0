"""A night in which readers are paid."""

from __future__ import annotations

import pytest

from payouts.payout_states import PayoutState, RunState
from tests.payouts.earnings.conftest import House, pots

pytestmark = pytest.mark.sandbox


def test_a_night_pays_whoever_is_due_and_tells_the_others_why(house: House) -> None:
    paid, unconnected = house.reader(8_410), house.reader(2_000, connected=False)
    run = house.night()
    assert run.state == RunState.DONE
    payout = house.payout(paid)
    (transfer,) = house.transfers()
    assert (payout.state, payout.amount_cents) == (PayoutState.SENT, 8_410)
    assert (transfer.id, transfer.amount) == (payout.transfer_id, 8_410)
    assert transfer.transfer_group == f"payout_{payout.pk}"
    assert pots(paid) == {}
    waits = house.payout(unconnected)
    assert (waits.state, waits.reason) == (PayoutState.WAITED, "no_account")
    assert pots(unconnected) == {"payable": 2_000}
    house.assert_sound()
