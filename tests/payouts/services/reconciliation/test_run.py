"""The reconciler: what was not heard is found, and money is never invented."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.inbox.models import ExternalEvent
from backend.ledger import movements
from backend.ledger import selectors as ledger
from backend.ledger.models import PotKind
from payouts.errors import ChargerUnreachable
from payouts.models import ReconIssue, TopUp, Watermark
from payouts.services import convergence, reconciliation
from payouts.states import TopUpStatus
from tests.payouts.conftest import Till

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db]
MINUTES_10 = timedelta(minutes=10)


def test_a_top_up_younger_than_ten_minutes_is_left_alone(till: Till) -> None:
    top_up = till.start()
    till.pay(top_up)
    assert reconciliation.ask_about_unfinished(at=till.at + timedelta(minutes=9)) == 0
    assert reconciliation.ask_about_unfinished(at=till.at + MINUTES_10) == 1
    assert till.cash_cents == 2000


def test_a_page_that_never_opened_is_given_up(till: Till) -> None:
    till.sandbox.fault("reset", "/v1/checkout/sessions", times=3)
    with pytest.raises(ChargerUnreachable, match="did not answer"):
        till.start()
    reconciliation.ask_about_unfinished(at=till.at + timedelta(minutes=50))
    assert TopUp.objects.get().status == TopUpStatus.CREATED
    reconciliation.ask_about_unfinished(at=till.at + timedelta(minutes=61))
    assert TopUp.objects.get().status == TopUpStatus.EXPIRED
    till.assert_nothing_moved()


def test_every_charge_at_stripe_is_settled_in_the_ledger(till: Till) -> None:
    till.pay(till.start())
    till.hear("payment_intent.succeeded")
    TopUp.objects.update(settled_at=None)
    assert reconciliation.check_balance(at=till.at) == 0
    pots = ledger.platform_cents()
    assert pots[PotKind.STRIPE_CLEARING] == 0
    net = till.stripe.v1.balance_transactions.list().data[0].net
    assert -pots[PotKind.STRIPE_BALANCE] == net == 1912
    assert not ReconIssue.objects.exists()


def test_the_watermark_looks_two_days_back(till: Till) -> None:
    reconciliation.run(at=till.at)
    assert set(Watermark.objects.values_list("name", flat=True)) == {"events", "balance"}
    till.pay(till.start())
    reconciliation.run(at=till.at + timedelta(days=1))
    assert ExternalEvent.objects.filter(type="payment_intent.succeeded").exists()


def test_with_stripe_down_the_next_run_finds_all(till: Till) -> None:
    till.pay(till.start())
    till.sandbox.fault("429", "GET /v1/", times=50)
    reconciliation.run(at=till.at + MINUTES_10)
    assert not Watermark.objects.exists()
    till.assert_nothing_moved()
    till.sandbox.order("faults", method="DELETE")
    reconciliation.run(at=till.at + 2 * MINUTES_10)
    assert till.cash_cents == 2000


def test_many_events_are_read_page_by_page(till: Till) -> None:
    for number in range(5):
        till.pay(till.start(500, key=str(number)))
    heard = reconciliation.hear_missed_events(at=till.at)
    assert heard == ExternalEvent.objects.count() == 5 * 3
    assert reconciliation.hear_missed_events(at=till.at) == 0


def test_one_top_up_that_fails_does_not_hold_up_the_others(till: Till) -> None:
    broken, sound = till.start(key="broken"), till.start(key="sound")
    till.pay(sound)
    page = f"GET /v1/checkout/sessions/{broken.checkout_session_id}"
    till.sandbox.fault("garbage_json", page, times=20)
    assert reconciliation.ask_about_unfinished(at=till.at + MINUTES_10) == 1
    assert till.cash_cents == 2000


def test_money_booked_as_something_else_holds_up_nobody_and_becomes_an_issue(till: Till) -> None:
    odd, sound = till.start(key="odd"), till.start(key="sound")
    till.pay(odd)
    till.pay(sound)
    page = convergence.ask_checkout(odd.checkout_session_id or "")
    assert page.payment is not None
    movements.suspend_top_up(
        amount_cents=2_000,
        payment_intent_id=page.payment.id,
        about="a person",
        reason="set aside by hand",
        at=till.at,
    )
    reconciliation.run(at=till.at + MINUTES_10)
    assert till.cash_cents == 2_000, "the other one is credited"
    assert ReconIssue.objects.get(kind="top_up_conflict").external_id == str(odd.pk)
    assert Watermark.objects.filter(name="balance").exists(), "and every part has run"


def test_a_top_up_that_stripe_does_not_know_becomes_an_issue(till: Till) -> None:
    till.start()
    TopUp.objects.update(checkout_session_id="cs_of_another_account")
    for _ in range(2):
        reconciliation.run(at=till.at + MINUTES_10)
    assert ReconIssue.objects.get().kind == "top_up_unknown"
    assert till.cash_cents == 0
