"""The bad cases of banks that take money back, by their numbers, over real HTTP."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from backend.accounts.errors import AccountUnderReview
from backend.accounts.models import AuditEntry, User
from backend.core.errors import Forbidden, IllegalMove
from backend.ledger import movements
from backend.ledger import selectors as ledger
from backend.ledger.models import Movement, PotKind
from backend.notifications.models import Notification
from payouts.chargeback_states import ChargebackState, WarningState
from payouts.chargebacks.errors import BankStillDecides
from payouts.chargebacks.services import convergence, reviews, warnings, write_offs
from payouts.models import Chargeback, PaymentWarning, ReconIssue
from tests.payouts.chargebacks.conftest import Bank

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db]
DAYS_90 = timedelta(days=90)


def _let_go(client: User, admin: User, bank: Bank) -> None:
    reviews.end(client_id=client.pk, by=admin, reason="It was settled.", at=bank.till.at)
    client.refresh_from_db()


def test_a_dispute_freezes_what_is_left_stops_the_client_and_makes_a_task(
    bank: Bank, admin: User
) -> None:
    case = bank.dispute(bank.paid())
    bank.client.refresh_from_db()
    assert bank.client.is_under_review
    assert bank.pots() == {"frozen": 2_000}
    assert ledger.platform_cents()[PotKind.DISPUTE_RECEIVABLE] == -2_000
    assert ledger.platform_cents()[PotKind.DISPUTE_FEES] == -1_500
    assert case.state == ChargebackState.OPEN
    assert case.due_at is not None
    task = Notification.objects.get(user=admin)
    assert f"until {case.due_at:%-d %B %Y}" in task.body
    assert Notification.objects.filter(user=bank.client, kind="account").count() == 1
    with pytest.raises(AccountUnderReview):
        movements.withdraw(withdrawal_id=uuid4(), client=bank.client, cents=1, at=bank.till.at)
    for _ in range(2):  # the same again, told or asked, changes nothing
        bank.till.hear()
        convergence.converge_open(at=bank.till.at)
    assert Notification.objects.filter(user=admin).count() == 1
    bank.assert_sound()


def test_case_54_a_chargeback_with_the_wallet_spent_is_owed_and_given_up_after_ninety_days(
    bank: Bank,
) -> None:
    payment = bank.paid()
    bank.spend(2_000)
    case = bank.dispute(payment)
    assert bank.pots() == {}, "there was nothing to freeze"
    bank.client.refresh_from_db()
    assert bank.client.is_under_review

    assert bank.decide(case, "lost").state == ChargebackState.LOST
    assert bank.pots() == {"receivable": -2_000}
    bank.assert_sound()

    lost_at = case.lost_at
    assert lost_at is not None
    assert write_offs.write_off_due(at=lost_at + DAYS_90 - timedelta(seconds=1)) == 0
    assert write_offs.write_off_due(at=lost_at + DAYS_90) == 1
    assert write_offs.write_off_due(at=lost_at + DAYS_90) == 0
    assert bank.pots() == {}
    assert ledger.platform_cents()[PotKind.BAD_DEBT] == -2_000
    bank.assert_sound()


def test_case_55_a_dispute_that_is_won_gives_back_and_staff_lifts_the_block(
    bank: Bank, admin: User
) -> None:
    payment = bank.paid()
    bank.spend(500)
    case = bank.dispute(payment)
    with pytest.raises(BankStillDecides):
        _let_go(bank.client, admin, bank)
    assert bank.pots() == {"frozen": 1_500}

    assert bank.decide(case, "won", fee_returned=True).state == ChargebackState.WON
    assert bank.pots() == {"wallet": 1_500}
    bank.client.refresh_from_db()
    assert bank.client.is_under_review, "money moves only once somebody has looked"
    with pytest.raises(Forbidden):
        _let_go(bank.client, bank.client, bank)

    _let_go(bank.client, admin, bank)
    assert not bank.client.is_under_review
    with pytest.raises(IllegalMove):
        _let_go(bank.client, admin, bank)
    assert AuditEntry.objects.filter(act="account.end_review", actor=admin).count() == 1
    platform = ledger.platform_cents()
    assert (platform[PotKind.DISPUTE_RECEIVABLE], platform[PotKind.DISPUTE_FEES]) == (0, 0)
    bank.spend(1_500)
    bank.assert_sound()


def test_case_56_an_inquiry_moves_nothing_and_is_a_task_until_it_takes(
    bank: Bank, admin: User
) -> None:
    payment = bank.paid()
    before = Movement.objects.count()
    case = bank.dispute(payment, inquiry=True)
    assert case.state == ChargebackState.INQUIRY
    assert Movement.objects.count() == before
    bank.client.refresh_from_db()
    assert not bank.client.is_under_review
    assert not Notification.objects.filter(user=bank.client, kind="account").exists()
    assert Notification.objects.filter(user=admin).count() == 1

    assert bank.decide(case, "escalated").state == ChargebackState.OPEN
    assert bank.pots() == {"frozen": 2_000}
    assert Notification.objects.filter(user=admin).count() == 2
    bank.assert_sound()


def test_case_56_an_inquiry_that_is_closed_moves_nothing(bank: Bank) -> None:
    payment = bank.paid()
    case = bank.decide(bank.dispute(payment, inquiry=True), "warning_closed")
    assert case.state == ChargebackState.CLOSED
    assert set(Movement.objects.values_list("kind", flat=True)) == {"top_up", "settlement"}
    assert bank.pots() == {"wallet": 2_000}
    bank.assert_sound()


def test_case_59_an_early_fraud_warning_freezes_the_unspent_part_until_it_is_cleared(
    bank: Bank, admin: User
) -> None:
    payment = bank.paid()
    bank.spend(800)
    warning = bank.warn(payment)
    assert bank.pots() == {"frozen": 1_200}
    with pytest.raises(Forbidden):
        warnings.clear(warning_id=warning.pk, by=bank.client, reason="mine", at=bank.till.at)
    assert bank.pots() == {"frozen": 1_200}

    warnings.clear(warning_id=warning.pk, by=admin, reason="They called us.", at=bank.till.at)
    assert bank.pots() == {"wallet": 1_200}
    with pytest.raises(IllegalMove):
        warnings.refund(warning_id=warning.pk, by=admin, whole=True, reason="late", at=bank.till.at)
    assert bank.pots() == {"wallet": 1_200}
    bank.assert_sound()


def test_case_59_a_warning_freezes_no_more_than_is_left_of_its_payment(bank: Bank) -> None:
    payment = bank.paid()
    bank.paid(key="another")
    bank.till.sandbox.order(f"charges/{payment}/refund", amount=600)
    bank.till.hear("refund.created")

    bank.warn(payment)

    assert bank.pots() == {"frozen": 1_400, "wallet": 2_000}
    bank.assert_sound()


@pytest.mark.parametrize(
    ("whole", "refunded", "after"),
    [(False, 1_200, {}), (True, 2_000, {"receivable": -800})],
)
def test_case_59_staff_pays_back_before_the_bank_takes(
    bank: Bank, admin: User, whole: bool, refunded: int, after: dict[str, int]
) -> None:
    payment = bank.paid()
    bank.spend(800)
    warning = bank.warn(payment)
    asked = {"warning_id": warning.pk, "by": admin, "whole": whole, "reason": "stolen card"}
    bank.till.sandbox.fault("500_after", "POST /v1/refunds", times=1)
    warnings.refund(**asked, at=bank.till.at)
    warning.refresh_from_db()
    assert (warning.state, warning.refund_cents) == (WarningState.REFUNDED, refunded)
    assert bank.pots() == after
    assert len(bank.till.stripe.v1.refunds.list().data) == 1
    bank.till.hear()
    assert bank.pots() == after, "the webhook of our own refund has no effect of its own"
    bank.assert_sound()


def test_case_59_a_dispute_after_a_warning_takes_what_the_warning_froze(bank: Bank) -> None:
    payment = bank.paid()
    bank.spend(800)
    warning = bank.warn(payment)
    case = bank.dispute(payment)
    warning.refresh_from_db()
    assert warning.state == WarningState.DISPUTED
    assert bank.pots() == {"frozen": 1_200}
    late = bank.warn(payment)
    assert late.state == WarningState.PASSED
    bank.decide(case, "lost")
    assert bank.pots() == {"receivable": -800}
    bank.assert_sound()


def test_a_payment_held_for_review_is_free_once_it_is_approved(bank: Bank) -> None:
    payment = bank.paid()
    review = bank.till.sandbox.order(f"charges/{payment}/review")
    bank.till.hear("review.opened")
    assert bank.pots() == {"frozen": 2_000}
    bank.till.stripe.v1.reviews.approve(review["id"])
    bank.till.hear("review.closed")
    assert bank.pots() == {"wallet": 2_000}
    assert PaymentWarning.objects.get().state == WarningState.CLEARED
    bank.assert_sound()


def test_case_53_a_chargeback_after_a_refund_returns_no_more_than_was_paid(bank: Bank) -> None:
    """What came back to the card is gone from the wallet, and the bank takes only the rest."""
    payment = bank.paid()
    bank.till.sandbox.order(f"charges/{payment}/refund", amount=600)
    bank.till.hear("refund.created")
    bank.decide(bank.dispute(payment, amount=1_400), "lost")
    given = (bank.till.stripe.v1.refunds, bank.till.stripe.v1.disputes)
    back = sum(one.amount for listed in given for one in listed.list().data)
    assert back == 2_000
    assert bank.pots() == {}
    bank.assert_sound()


def test_case_53_what_a_case_gave_back_is_taken_with_the_rest(bank: Bank, admin: User) -> None:
    """Money that we gave back to the wallet is frozen first: nobody has it twice."""
    payment = bank.paid()
    bank.spend(2_000)
    movements.adjust(
        client=bank.client,
        adjustment_id=uuid4(),
        cents=700,
        reason="A minute that was not usable.",
        signed_by=[admin.pk],
        at=bank.till.at,
    )
    case = bank.dispute(payment)
    assert bank.pots() == {"frozen": 700}
    bank.decide(case, "lost")
    assert bank.pots() == {"receivable": -1_300}
    bank.assert_sound()


def test_two_disputes_of_one_client_keep_the_money_stopped_until_both_are_decided(
    bank: Bank, admin: User
) -> None:
    first, second = (bank.dispute(bank.paid(key=key)) for key in ("a", "b"))
    assert bank.pots() == {"frozen": 4_000}
    bank.decide(first, "won")
    with pytest.raises(BankStillDecides):
        _let_go(bank.client, admin, bank)
    bank.decide(second, "lost")
    _let_go(bank.client, admin, bank)
    assert bank.pots() == {"wallet": 2_000}
    bank.assert_sound()


def test_a_dispute_of_a_payment_that_is_not_ours_is_booked_and_told(bank: Bank) -> None:
    elsewhere = bank.till.stripe.v1.payment_intents.create(
        params={
            "amount": 900,
            "currency": "usd",
            "payment_method": "pm_card_visa",
            "confirm": True,
        }
    )
    bank.till.sandbox.dispute(elsewhere.id)
    bank.till.hear("charge.dispute.created")
    assert not Chargeback.objects.exists()
    assert ReconIssue.objects.get().kind == "chargeback_unknown"
    assert ledger.platform_cents()[PotKind.DISPUTE_RECEIVABLE] == -900


def test_a_dispute_that_nobody_told_us_of_is_found_by_the_hourly_look(bank: Bank) -> None:
    case = bank.dispute(bank.paid())
    bank.till.sandbox.decide(case.dispute_id, "lost")
    bank.till.sandbox.fault("429", "GET /v1/disputes", times=1)
    assert convergence.converge_open(at=bank.till.at) == 1
    assert Chargeback.objects.get().state == ChargebackState.OPEN
    assert convergence.converge_open(at=bank.till.at) == 1
    assert Chargeback.objects.get().state == ChargebackState.LOST
    bank.assert_sound()
