"""Bringing a top-up to what Stripe says: forward only, told to the client once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.ledger import selectors as ledger
from backend.ledger.audit import proofs
from backend.ledger.models import PotKind
from backend.notifications.models import Notification
from payouts.errors import NotThere
from payouts.services import convergence
from payouts.states import TopUpStatus
from tests.payouts.conftest import TO_THE_BANK, Till

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db]


@pytest.mark.parametrize("card", ["4000000000000002", TO_THE_BANK])
def test_an_older_answer_that_comes_late_takes_nothing_back(till: Till, card: str) -> None:
    top_up = till.start()
    stale = convergence.ask_payment(till.pay(top_up, card)["id"])
    if card == TO_THE_BANK:
        till.sandbox.bank(stale.id, approve=True)
    else:
        till.pay(top_up)
    till.hear()
    for _ in range(2):
        convergence.apply_payment(payment=stale, at=till.at)
    top_up.refresh_from_db()
    assert (top_up.status, till.cash_cents) == (TopUpStatus.SUCCEEDED, 2000)
    assert top_up.failure_text == ""


def test_a_page_seen_expired_late_takes_nothing_back(till: Till) -> None:
    paid, left = till.start(key="paid"), till.start(key="left")
    till.pay(paid)
    till.sandbox.advance(61 * 60)
    till.hear()
    for top_up in (paid, left):
        top_up.refresh_from_db()
    assert (paid.status, left.status) == (TopUpStatus.SUCCEEDED, TopUpStatus.EXPIRED)
    assert till.cash_cents == 2000


def test_the_client_is_told_once(till: Till) -> None:
    till.pay(till.start())
    till.hear()
    till.hear()
    notice = Notification.objects.get(user=till.client)
    assert (notice.kind, notice.title) == ("top-up-succeeded", "$20.00 is in your wallet")


def test_each_refused_card_is_counted_once(till: Till) -> None:
    top_up = till.start()
    for _ in range(2):
        till.pay(top_up, "4000000000000002")
        till.hear()
        till.hear("payment_intent.payment_failed")
    top_up.refresh_from_db()
    assert top_up.refusals == 2


def test_the_charge_is_settled_with_its_fee(till: Till) -> None:
    till.pay(till.start())
    till.hear()
    pots = ledger.platform_cents()
    assert pots[PotKind.STRIPE_CLEARING] == 0
    assert (-pots[PotKind.STRIPE_BALANCE], -pots[PotKind.STRIPE_FEES]) == (1912, 88)
    assert proofs(till.at) == []


def test_what_stripe_does_not_know_is_said(till: Till) -> None:
    with pytest.raises(NotThere):
        convergence.ask_payment("pi_nobody")
    with pytest.raises(NotThere):
        convergence.ask_checkout("cs_nobody")


def test_an_unfinished_top_up_stays_as_it_is(till: Till) -> None:
    top_up = till.start()
    later = till.at + timedelta(minutes=20)
    assert convergence.converge_top_up(top_up_id=top_up.pk, at=later).status == TopUpStatus.OPEN
    till.assert_nothing_moved()
