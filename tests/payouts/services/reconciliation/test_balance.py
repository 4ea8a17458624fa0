"""Our balance at Stripe against our books: each transaction has exactly one movement."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from backend.ledger import bookings, movements
from backend.ledger import selectors as ledger
from backend.ledger.audit import proofs
from backend.ledger.models import Movement, PotKind
from payouts.adapters.stripe_balance import StripeBalance
from payouts.models import ReconIssue, TopUp, Watermark
from payouts.services import reconciliation
from tests.payouts.conftest import Till

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db]
HOURS_2, DAYS_8 = timedelta(hours=2), timedelta(days=8)


def _transactions(till: Till) -> list[Any]:
    return list(till.stripe.v1.balance_transactions.list(params={"limit": 100}).data)


def _assert_agreed(till: Till) -> None:
    """One movement for each transaction, and both sums the same."""
    moved = _transactions(till)
    assert set(bookings.booked_transactions(one.id for one in moved)) == {one.id for one in moved}
    assert Movement.objects.filter(key__startswith="bt:").count() == len(moved)
    assert sum(one.net for one in moved) == bookings.stripe_cents()
    assert reconciliation.agree(at=till.at) == 0
    assert proofs(till.at) == []


def test_every_kind_of_transaction_is_booked_once_and_the_sums_agree(till: Till) -> None:
    """Charges, a dispute lost and one won with its fee, our bank both ways, and a payout back."""
    won, lost = (till.pay(till.start(key=key))["id"] for key in ("won", "lost"))
    for payment_id, outcome in ((won, "won"), (lost, "lost")):
        disputed = till.sandbox.dispute(payment_id)
        till.sandbox.decide(disputed["id"], outcome, fee_returned=outcome == "won")
    till.sandbox.fund(5_000)
    paid_out = [
        till.stripe.v1.payouts.create(params={"amount": cents, "currency": "usd"}).id
        for cents in (700, 300)
    ]
    till.sandbox.order(f"payouts/{paid_out[0]}/end", status="failed")

    for _ in range(2):  # the second time nothing is left to do
        assert reconciliation.check_balance(at=till.at) == 0

    platform = ledger.platform_cents()
    assert platform[PotKind.BANK] == 5_000 - 300
    assert platform[PotKind.STRIPE_CLEARING] == 0
    assert platform[PotKind.DISPUTE_FEES] == -1_500
    assert not ReconIssue.objects.exists()
    _assert_agreed(till)


def test_what_we_cannot_explain_is_booked_and_told_once(till: Till) -> None:
    till.stripe.v1.payment_intents.create(
        params={
            "amount": 900,
            "currency": "usd",
            "payment_method": "pm_card_visa",
            "confirm": True,
        }
    )
    assert reconciliation.check_balance(at=till.at) == 0, "it may be ours and not booked yet"
    assert reconciliation.agree(at=till.at) == 0, "what waits is no difference"
    for _ in range(2):
        reconciliation.check_balance(at=till.at + HOURS_2)
    assert ReconIssue.objects.get().kind == "balance_transaction"
    assert not Movement.objects.exists()

    assert reconciliation.check_balance(at=till.at + DAYS_8) == 1

    assert -ledger.platform_cents()[PotKind.STRIPE_BALANCE] == _transactions(till)[0].net
    assert ReconIssue.objects.count() == 1
    _assert_agreed(till)


def test_a_refund_settles_although_nobody_told_us_of_it_and_is_told(till: Till) -> None:
    payment = till.pay(till.start())
    till.hear("payment_intent.succeeded")
    till.stripe.v1.refunds.create(params={"payment_intent": payment["id"], "amount": 500})
    assert reconciliation.check_balance(at=till.at) == 0
    assert not ReconIssue.objects.exists()
    for _ in range(2):
        reconciliation.check_balance(at=till.at + HOURS_2)
    assert ReconIssue.objects.get().kind == "balance_transaction"
    assert till.cash_cents == 2000
    assert reconciliation.agree(at=till.at) == 0
    assert proofs(till.at) == []


def test_the_watermark_waits_for_what_is_not_booked(till: Till) -> None:
    till.stripe.v1.payment_intents.create(
        params={
            "amount": 900,
            "currency": "usd",
            "payment_method": "pm_card_visa",
            "confirm": True,
        }
    )
    reconciliation.check_balance(at=till.at + HOURS_2)
    assert Watermark.objects.get(name="balance").at < till.at + HOURS_2


def test_other_amounts_and_other_sums_are_told(till: Till) -> None:
    till.pay(till.start())
    till.hear("payment_intent.succeeded")
    reconciliation.check_balance(at=till.at)
    movements.pay_out_to_bank(
        line=movements.BalanceLine("txn_of_nobody", "po_1", 100), returned=False, at=till.at
    )
    assert reconciliation.agree(at=till.at) == 1
    issue = ReconIssue.objects.get()
    assert issue.kind == "balance_sum"
    assert "1912 cents and our books say 1812" in issue.text


class BusyBalance(StripeBalance):
    """A balance that moves twice between our look at its transactions and its sum."""

    moves = 2

    def total_cents(self, currency: str) -> int:
        if self.moves:
            self.moves -= 1
            self.client.v1.payment_intents.create(
                params={
                    "amount": 900,
                    "currency": "usd",
                    "payment_method": "pm_card_visa",
                    "confirm": True,
                }
            )
        return super().total_cents(currency)


def test_money_that_moves_while_we_compare_is_no_difference(till: Till, settings: Any) -> None:
    settings.ENGINES = {**settings.ENGINES, "platform_balance": f"{__name__}.BusyBalance"}
    assert reconciliation.agree(at=till.at) == 0
    assert not ReconIssue.objects.exists()


def test_a_charge_that_no_webhook_told_of_is_credited_by_its_transaction(till: Till) -> None:
    till.pay(till.start())
    assert TopUp.objects.get().payment_intent_id is None
    assert reconciliation.check_balance(at=till.at) == 0
    assert till.cash_cents == 2_000
    _assert_agreed(till)
