"""The bad cases of top-ups, by their numbers: each names the outcome that is required."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from backend.core.errors import DomainError
from backend.ledger import selectors as ledger
from backend.ledger.audit import proofs
from backend.ledger.models import PotKind
from backend.notifications.models import Notification
from payouts.errors import ChargerUnreachable, DailyCapReached, TooManyTopUps, TopUpKeyReused
from payouts.models import ReconIssue, TopUp
from payouts.services import convergence, reconciliation, topups
from payouts.states import TopUpStatus
from tests import builders
from tests.payouts.conftest import TO_THE_BANK, Till

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db]
MINUTES_11 = timedelta(minutes=11)


@pytest.mark.django_db(transaction=True)
def test_case_01_two_tabs_with_one_form_make_one_top_up_and_one_credit(till: Till) -> None:
    barrier = threading.Barrier(8)

    def press(_: int) -> str:
        barrier.wait()
        try:
            return str(till.start(key="one-form").checkout_session_id)
        except ChargerUnreachable:
            return "busy"
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as tabs:
        pages = set(tabs.map(press, range(8))) - {"busy"}
    assert len(pages) == 1
    top_up = TopUp.objects.get()
    assert len(till.stripe.v1.checkout.sessions.list().data) == 1

    till.pay(top_up)
    till.hear()
    till.start(key="one-form")
    assert till.cash_cents == 2000
    assert len(till.stripe.v1.payment_intents.list().data) == 1
    assert proofs(till.at) == []


def test_case_01_the_same_key_for_another_amount_is_refused(till: Till) -> None:
    till.start(2000)
    with pytest.raises(TopUpKeyReused):
        till.start(3000)
    assert TopUp.objects.get().amount_cents == 2000
    till.assert_nothing_moved()


def test_case_02_a_browser_closed_after_paying_is_credited_by_the_webhook(till: Till) -> None:
    top_up = till.start()
    till.pay(top_up)
    till.hear("payment_intent.succeeded")
    top_up.refresh_from_db()
    assert (top_up.status, till.cash_cents) == (TopUpStatus.SUCCEEDED, 2000)
    assert ledger.platform_cents()[PotKind.STRIPE_FEES] == -88
    assert proofs(till.at) == []


def test_case_02_a_browser_closed_after_paying_is_credited_by_the_reconciler(till: Till) -> None:
    top_up = till.start()
    till.pay(top_up)
    reconciliation.ask_about_unfinished(at=till.at + MINUTES_11)
    top_up.refresh_from_db()
    assert (top_up.status, till.cash_cents) == (TopUpStatus.SUCCEEDED, 2000)


def test_case_03_a_success_url_without_a_payment_credits_nothing(till: Till) -> None:
    top_up = till.start()
    browser = Client()
    browser.force_login(till.client)
    for _ in range(3):
        page = browser.get("/wallet/return/", {"top_up": top_up.pk}, secure=True)
        assert page.status_code == 200
        builders.api(till.client).get(f"/api/v1/payments/topups/{top_up.pk}/", secure=True)
    till.work()
    reconciliation.ask_about_unfinished(at=till.at + MINUTES_11)
    top_up.refresh_from_db()
    assert top_up.status == TopUpStatus.OPEN
    till.assert_nothing_moved()


def test_case_04_a_webhook_before_our_own_answer_is_credited_once(till: Till) -> None:
    till.sandbox.fault("reset_after", "POST /v1/checkout/sessions", times=3)
    with pytest.raises(ChargerUnreachable):
        till.start()
    top_up = TopUp.objects.get()
    assert (top_up.status, top_up.checkout_session_id) == (TopUpStatus.CREATED, None)

    session = till.stripe.v1.checkout.sessions.list().data[0]
    till.sandbox.pay(session.id)
    till.hear()
    top_up.refresh_from_db()
    assert (top_up.status, till.cash_cents) == (TopUpStatus.SUCCEEDED, 2000)

    assert till.start().pk == top_up.pk
    till.hear()
    assert till.cash_cents == 2000


@pytest.mark.django_db(transaction=True)
def test_case_05_webhook_return_page_and_reconciler_together_credit_once(till: Till) -> None:
    top_up = till.start()
    payment_id = till.pay(top_up)["id"]
    barrier = threading.Barrier(9)

    def webhook() -> None:
        payment = convergence.ask_payment(payment_id)
        barrier.wait()
        convergence.apply_payment(payment=payment, at=till.at)

    def page() -> None:
        barrier.wait()
        builders.api(till.client).get(f"/api/v1/payments/topups/{top_up.pk}/", secure=True)

    def reconciler() -> None:
        barrier.wait()
        reconciliation.ask_about_unfinished(at=till.at + MINUTES_11)

    def closing(road) -> None:  # type: ignore[no-untyped-def]
        try:
            road()
        finally:
            connection.close()

    with ThreadPoolExecutor(9) as roads:
        list(roads.map(closing, [webhook, page, reconciler] * 3))
    assert till.cash_cents == 2000
    assert [row.kind for row in ledger.activity_of(till.client.pk)] == ["top_up"]
    assert Notification.objects.filter(user=till.client).count() == 1
    assert proofs(till.at) == []


@pytest.mark.parametrize(
    ("card", "words"),
    [
        ("4000000000000002", "Your bank said no"),
        ("4000000000009995", "not enough on this card"),
        ("4000000000000069", "has expired"),
        ("4000000000000127", "security code"),
        ("4000000000009987", "Your bank said no"),
    ],
)
def test_case_06_a_refused_card_is_told_in_words_and_may_be_tried_again(
    till: Till, card: str, words: str
) -> None:
    top_up = till.start()
    till.pay(top_up, card)
    till.hear()
    top_up.refresh_from_db()
    assert top_up.status == TopUpStatus.FAILED
    assert words in top_up.failure_text
    assert "Nothing was charged" in top_up.failure_text
    till.assert_nothing_moved()

    till.pay(top_up)
    till.hear()
    top_up.refresh_from_db()
    assert (top_up.status, top_up.failure_text, till.cash_cents) == (
        TopUpStatus.SUCCEEDED,
        "",
        2000,
    )


def test_case_07_an_abandoned_question_of_the_bank_expires_without_a_credit(till: Till) -> None:
    top_up = till.start()
    till.pay(top_up, TO_THE_BANK)
    till.hear()
    top_up.refresh_from_db()
    assert top_up.status == TopUpStatus.REQUIRES_ACTION
    till.assert_nothing_moved()

    till.sandbox.advance(25 * 3600)
    till.hear()
    top_up.refresh_from_db()
    assert top_up.status in {TopUpStatus.CANCELED, TopUpStatus.EXPIRED}
    till.assert_nothing_moved()


@pytest.mark.parametrize(
    ("cents", "currency"), [(1999, "usd"), (2001, "usd"), (200_000, "usd"), (2000, "eur")]
)
def test_case_08_a_payment_that_differs_is_set_aside_and_alerted(
    till: Till, cents: int, currency: str
) -> None:
    admin = builders.an_admin()
    top_up = till.start()
    metadata = {"topup_id": str(top_up.pk), "client_id": str(till.client.pk)}
    till.stripe.v1.payment_intents.create(
        params={
            "amount": cents,
            "currency": currency,
            "payment_method": "pm_card_visa",
            "confirm": True,
            "metadata": metadata,
        }
    )
    till.hear("payment_intent.succeeded")
    till.hear()
    top_up.refresh_from_db()
    assert top_up.status == TopUpStatus.MISMATCHED
    assert till.cash_cents == 0
    expected = cents if currency == "usd" else 0
    assert ledger.platform_cents()[PotKind.SUSPENSE] == expected
    assert ReconIssue.objects.get().kind == "top_up_mismatch"
    assert Notification.objects.filter(user=admin, kind="staff").count() == 1
    assert proofs(till.at) == []


def test_case_08_a_payment_of_the_other_mode_credits_nothing(till: Till, settings) -> None:  # type: ignore[no-untyped-def]
    top_up = till.start()
    payment = convergence.ask_payment(till.pay(top_up)["id"])
    settings.STRIPE_SECRET_KEY = "sk_live_pretended"
    convergence.apply_payment(payment=payment, at=till.at)
    top_up.refresh_from_db()
    assert (top_up.status, till.cash_cents) == (TopUpStatus.MISMATCHED, 0)
    assert ReconIssue.objects.count() == 1


def test_case_08_a_second_payment_for_one_top_up_is_set_aside(till: Till) -> None:
    top_up = till.start()
    till.pay(top_up)
    till.hear()
    till.stripe.v1.payment_intents.create(
        params={
            "amount": 2000,
            "currency": "usd",
            "payment_method": "pm_card_visa",
            "confirm": True,
            "metadata": {"topup_id": str(top_up.pk)},
        }
    )
    till.hear()
    top_up.refresh_from_db()
    assert (top_up.status, till.cash_cents) == (TopUpStatus.SUCCEEDED, 2000)
    assert ledger.platform_cents()[PotKind.SUSPENSE] == 2000
    assert ReconIssue.objects.count() == 1
    assert proofs(till.at) == []


@pytest.mark.parametrize(
    "amount",
    [0, -500, 499, 50_001, 10**12, 12.345, 2000.0, "2000", "1e3", "NaN", None, True, [2000], {}],
)
def test_case_09_an_amount_that_is_not_one_is_a_400_without_a_payment(
    till: Till, amount: object
) -> None:
    answer = builders.api(till.client).post(
        "/api/v1/payments/topups/", {"amount_cents": amount}, secure=True, **builders.key()
    )
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert not TopUp.objects.exists()
    assert till.stripe.v1.checkout.sessions.list().data == []


@pytest.mark.parametrize("body", [b'{"amount_cents": NaN}', b'{"amount_cents": 1e3}', b"[2000]"])
def test_case_09_a_body_that_is_not_json_of_ours_is_a_400(till: Till, body: bytes) -> None:
    answer = builders.api(till.client).generic(
        "POST",
        "/api/v1/payments/topups/",
        body,
        content_type="application/json",
        secure=True,
        **builders.key(),
    )
    assert answer.status_code == 400
    assert not TopUp.objects.exists()


def test_case_10_a_burst_of_small_top_ups_is_stopped(till: Till) -> None:
    refusals: list[DomainError] = []
    for number in range(20):
        try:
            till.start(500, key=f"burst-{number}")
        except TooManyTopUps as refusal:
            refusals.append(refusal)
    assert TopUp.objects.count() == 10
    assert len(refusals) == 10
    assert refusals[0].extra["needs_challenge"]
    assert 3500 <= refusals[0].extra["retry_after"] <= 3600
    assert len(till.stripe.v1.checkout.sessions.list(params={"limit": 100}).data) == 10
    till.assert_nothing_moved()

    later = till.at + timedelta(minutes=61)
    till.sandbox.advance(61 * 60)
    topups.start(client=till.client, key="later", amount_cents=500, at=later)


@pytest.mark.django_db(transaction=True)
def test_case_10_a_burst_in_parallel_is_stopped_as_well(till: Till) -> None:
    def press(number: int) -> bool:
        try:
            till.start(500, key=f"burst-{number}")
        except TooManyTopUps:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as hands:
        assert sum(hands.map(press, range(20))) == 10


def test_case_10_too_many_refused_cards_stop_further_tries(till: Till) -> None:
    for number in range(5):
        top_up = till.start(500, key=f"card-{number}")
        till.pay(top_up, "4000000000000002")
    till.hear()
    with pytest.raises(TooManyTopUps):
        till.start(500, key="one more")
    assert TopUp.objects.count() == 5


def test_case_10_no_more_than_the_daily_cap(till: Till) -> None:
    till.start(50_000, key="a")
    till.pay(till.start(45_000, key="b"))
    till.hear()
    with pytest.raises(DailyCapReached) as refusal:
        till.start(5_001, key="c")
    assert refusal.value.extra["left_cents"] == 5_000
    till.start(5_000, key="d")


def test_case_13_while_stripe_is_down_the_answer_is_503_and_the_same_key_goes_on(
    till: Till,
) -> None:
    api, key = builders.api(till.client), builders.key()
    body = {"amount_cents": 2000}
    till.sandbox.fault("reset", "/v1/checkout/sessions", times=3)
    down = api.post("/api/v1/payments/topups/", body, secure=True, **key)
    assert (down.status_code, down.json()["code"]) == (503, "payment_unreachable")
    till.assert_nothing_moved()

    up = api.post("/api/v1/payments/topups/", body, secure=True, **key)
    assert up.status_code == 201
    assert up.json()["checkout_url"].startswith(till.sandbox.base)
    assert TopUp.objects.count() == 1
    assert len(till.stripe.v1.checkout.sessions.list().data) == 1


def test_case_13_an_answer_lost_on_the_way_opens_no_second_page(till: Till) -> None:
    till.sandbox.fault("reset_after", "POST /v1/checkout/sessions", times=3)
    with pytest.raises(ChargerUnreachable) as failure:
        till.start()
    assert not failure.value.spent_key
    top_up = till.start()
    sessions = till.stripe.v1.checkout.sessions.list().data
    assert [session.id for session in sessions] == [top_up.checkout_session_id]


def test_case_13_a_failure_kept_under_our_key_is_left_behind_by_another(till: Till) -> None:
    till.sandbox.fault("500_after", "/v1/checkout/sessions")
    with pytest.raises(ChargerUnreachable) as failure:
        till.start()
    assert failure.value.spent_key
    top_up = till.start()
    assert (top_up.status, top_up.attempt) == (TopUpStatus.OPEN, 2)
    till.pay(top_up)
    till.hear()
    assert till.cash_cents == 2000
