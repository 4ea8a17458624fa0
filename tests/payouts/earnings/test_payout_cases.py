"""The bad cases of paying readers (money.md §5, 60 to 70), over HTTP to the stand-in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from backend.core import engines
from backend.ledger import movements
from backend.ledger.models import Movement
from backend.ledger.movements import Bearer, Refund
from backend.notifications.models import Notification
from payouts.earnings.selectors import preview
from payouts.earnings.services import connect, holds, runs, working
from payouts.models import Payout, PayoutRun, ReconIssue
from payouts.payout_states import PayoutState, RunState
from payouts.ports import TransferOrder
from payouts.services.reconciliation import balance
from tests import builders
from tests.payouts.earnings.conftest import DAY, House, earn, pots

pytestmark = pytest.mark.sandbox
SEND = "POST /v1/transfers"
SOON, LATER = timedelta(minutes=3), timedelta(minutes=11)


def booked(kind: str) -> int:
    """How many movements of a kind there are."""
    return Movement.objects.filter(kind=kind).count()


def test_case_60_nightly_twice_and_by_hand_too_is_one_transfer(house: House) -> None:
    reader = house.reader(2_000)
    house.night()
    again = house.night()
    earn(reader, 3_000, at=house.at)
    working.mature(at=house.at)
    ordered = runs.order(by=builders.an_admin(), at=house.at)
    working.work_due(at=house.at)
    assert (again.pk, PayoutRun.objects.count()) == (house.payout(reader).run_id, 2)
    assert (len(house.transfers()), booked("payout_started"), booked("payout_sent")) == (1, 1, 1)
    assert ordered.payouts.count() == 0, "what came later that day waits for the next date"
    assert pots(reader) == {"payable": 3_000}
    house.night(house.at + DAY)
    assert [one.amount for one in house.transfers()] == [3_000, 2_000]
    house.assert_sound()


def test_case_61_a_lost_answer_is_looked_for_and_adopted(house: House) -> None:
    reader = house.reader(2_000)
    house.sandbox.fault("reset_after", SEND, times=3)
    house.night()
    payout = house.payout(reader)
    assert (payout.state, len(house.transfers())) == (PayoutState.STARTED, 1)
    assert pots(reader) == {"paying": 2_000}
    house.assert_sound()
    assert working.sweep(at=house.at) == 0, "it is given a moment"
    for _ in range(2):
        working.sweep(at=house.at + SOON)
    payout.refresh_from_db()
    assert (payout.state, payout.transfer_id) == (PayoutState.SENT, house.transfers()[0].id)
    assert (len(house.transfers()), booked("payout_sent"), payout.key_number) == (1, 1, 1)
    house.assert_sound()


def test_case_61_a_request_that_arrives_after_its_repetition_sends_nothing(house: House) -> None:
    reader = house.reader(2_000)
    house.sandbox.fault("reset", SEND, times=3)
    house.night()
    payout, rail = house.payout(reader), engines.load("payout_rail")
    order = TransferOrder(payout.pk, reader.pk, 2_000, "usd", payout.destination)
    first_key = f"payout:{payout.pk}:1"
    working.sweep(at=house.at + SOON)
    late = rail.send(order, key=first_key)
    assert [one.id for one in house.transfers()] == [late.id]
    assert house.payout(reader).transfer_id == late.id
    house.assert_sound()


@pytest.mark.parametrize(("kind", "transfers_before"), [("500_before", 0), ("500_after", 1)])
def test_case_62_a_kept_500_is_looked_behind_before_another_key(
    house: House, kind: str, transfers_before: int
) -> None:
    reader = house.reader(2_000)
    house.sandbox.fault(kind, SEND)
    house.night()
    assert (len(house.transfers()), pots(reader)) == (transfers_before, {"paying": 2_000})
    working.sweep(at=house.at + SOON)
    assert house.payout(reader).state == PayoutState.SENT
    assert (len(house.transfers()), booked("payout_started"), booked("payout_sent")) == (1, 1, 1)
    house.assert_sound()


def test_case_62_a_key_that_stripe_may_have_forgotten_is_not_used_again(house: House) -> None:
    reader = house.reader(2_000)
    house.sandbox.fault("429", SEND)
    house.night()
    house.sandbox.advance(86_500)
    working.sweep(at=house.at + DAY)
    payout = house.payout(reader)
    assert (payout.state, payout.key_number, len(house.transfers())) == (PayoutState.SENT, 2, 1)


def test_case_64_a_refused_account_gets_its_money_back_and_a_reason(house: House) -> None:
    restricted, *others = (house.reader(2_000) for _ in range(3))
    house.sandbox.fault("429", SEND)
    house.choose()
    # Between the choice and the call; and between two calls of one payout that is in flight.
    house.sandbox.require(str(house.account(restricted).account_id), add=["individual.id_number"])
    working.work_due(at=house.at)
    refused, other = sorted(others, key=lambda reader: house.payout(reader).state, reverse=True)
    gone = str(house.account(refused).account_id)
    house.sandbox.order(f"accounts/{gone}/deauthorize")
    working.sweep(at=house.at + SOON)

    waits, back = house.payout(restricted), house.payout(refused)
    assert (waits.state, waits.reason) == (PayoutState.WAITED, "requirements_due")
    assert "your tax number" in waits.reason_text
    assert (back.state, back.reason) == (PayoutState.REFUSED, "transfer_refused")
    assert pots(restricted) == pots(refused) == {"payable": 2_000}
    told = Notification.objects.filter(user__in=[restricted, refused], kind="payout")
    assert told.filter(title="$20.00 waits for you").count() == 2
    assert (house.payout(other).state, pots(other)) == (PayoutState.SENT, {})
    assert [one.destination for one in house.transfers()] == [house.account(other).account_id]
    house.assert_sound()


def test_case_65_too_little_there_leaves_the_whole_batch_queued(house: House) -> None:
    readers = [house.reader(50_000) for _ in range(3)]
    builders.an_admin()
    run = house.night()
    assert (run.state, run.needed_cents, house.transfers()) == (RunState.SHORT, 50_000, [])
    states = set(Payout.objects.values_list("state", flat=True))
    assert (states, booked("payout_started")) == ({PayoutState.QUEUED}, 0)
    working.work_due(at=house.at + LATER)
    assert (house.transfers(), ReconIssue.objects.count()) == ([], 1)
    assert Notification.objects.filter(kind="staff").count() == 1
    house.sandbox.fund(50_000)
    working.work_due(at=house.at + 2 * LATER)
    assert len(house.transfers()) == 3
    assert [pots(reader) for reader in readers] == [{}, {}, {}]
    house.assert_sound()


def test_case_65_funds_that_vanish_meanwhile_stop_the_run(house: House) -> None:
    readers = [house.reader(2_000) for _ in range(2)]
    run = house.choose()
    _empty_balance(house)
    working.work_due(at=house.at)
    run.refresh_from_db()
    assert (run.state, len(house.transfers())) == (RunState.SHORT, 1)
    tried, untouched = Payout.objects.order_by("id")
    assert {tried.state, untouched.state} == {PayoutState.QUEUED}
    assert (tried.attempt, untouched.attempt, booked("payout_started")) == (2, 1, 1)
    assert [pots(reader) for reader in readers] == [{"payable": 2_000}] * 2
    house.assert_sound()
    house.sandbox.fund(4_000)
    working.work_due(at=house.at + LATER)
    assert [pots(reader) for reader in readers] == [{}, {}]
    house.assert_sound()


def _empty_balance(house: House) -> None:
    params: Any = {
        "amount": house.stripe.v1.balance.retrieve().available[0].amount,
        "currency": "usd",
        "destination": house.account(Payout.objects.first().reader).account_id,
    }
    house.stripe.v1.transfers.create(params=params)


def test_case_66_the_threshold_to_the_cent_and_the_amount_under_the_lock(house: House) -> None:
    short, just, growing = house.reader(1_499), house.reader(1_500), house.reader(1_600)
    house.choose()
    earn(growing, 700, at=house.at)
    working.mature(at=house.at)
    working.work_due(at=house.at)
    paid = {one.destination: one.amount for one in house.transfers()}
    assert paid == {
        house.account(just).account_id: 1_500,
        house.account(growing).account_id: 2_300,
    }
    assert house.payout(growing).amount_cents == 2_300
    assert pots(short) == {"payable": 1_499}
    assert not Payout.objects.filter(reader=short).exists()
    assert preview(short, house.at).words == "$0.01 short of $15.00, carried over."
    house.assert_sound()


@pytest.mark.parametrize(("earned", "paid"), [(2_899, 0), (2_900, 1_500)])
def test_case_67_a_debt_is_netted_before_anything_is_paid(
    house: House, earned: int, paid: int
) -> None:
    reader = house.reader()
    session_id = earn(reader, 2_100, at=house.at)
    house.night()
    refund = Refund(uuid4(), 1, session_id, 2_000, Bearer.SPLIT)
    movements.refund_reading(refund=refund, at=house.at)
    assert pots(reader) == {"debt": 1_400}
    earn(reader, earned, at=house.at)
    assert preview(reader, house.at).expected_cents == earned - 1_400
    house.night(house.at + DAY)
    assert sum(one.amount for one in house.transfers()) == 2_100 + paid
    assert pots(reader) == ({} if paid else {"payable": earned - 1_400})
    house.assert_sound()


@pytest.mark.parametrize("kind", ["429", "garbage_json"])
def test_case_68_an_account_changed_meanwhile_does_not_redirect_a_payout(
    house: House, kind: str
) -> None:
    reader = house.reader(2_000)
    before = house.account(reader).account_id
    house.sandbox.fault(kind, SEND)
    house.night()
    connect.start(reader=reader, at=house.at, change=True)
    after = house.account(reader).account_id
    assert after != before
    working.sweep(at=house.at + SOON)
    assert [one.destination for one in house.transfers()] == [before]
    assert house.payout(reader).state == PayoutState.SENT

    house.sandbox.onboard(str(after))
    connect.refresh(reader_id=reader.pk, at=house.at + SOON)
    earn(reader, 2_000, at=house.at)
    house.night(house.at + DAY)
    held = house.payout(reader)
    assert (held.reason, len(house.transfers())) == ("held", 1)
    assert "because your payout account changed" in held.reason_text
    house.night(house.at + 3 * DAY)
    assert [one.destination for one in house.transfers()] == [after, before]


def test_case_69_an_account_in_another_currency_is_never_asked(house: House, settings: Any) -> None:
    settings.CONNECT_COUNTRY = "GB"
    reader = house.reader(2_000)
    house.sandbox.fault("500_before", SEND)
    house.night()
    payout = house.payout(reader)
    assert (payout.state, payout.reason) == (PayoutState.WAITED, "other_currency")
    assert (pots(reader), booked("payout_started")) == ({"payable": 2_000}, 0)
    assert len(house.sandbox.order("faults", "GET")["faults"]) == 1, "no transfer was asked for"


def test_case_70_a_transfer_reversed_in_the_dashboard_waits_for_staff(house: House) -> None:
    reader, admin = house.reader(2_000), builders.an_admin()
    house.night()
    payout = house.payout(reader)
    house.sandbox.reverse(str(payout.transfer_id), amount=500)
    house.sandbox.reverse(str(payout.transfer_id))
    house.hear("transfer.created", "transfer.reversed", times=2)
    payout.refresh_from_db()
    assert (payout.state, payout.reversed_cents) == (PayoutState.REVERSED, 2_000)
    assert (booked("payout_reversed"), pots(reader)) == (2, {"payable": 2_000})
    issue = ReconIssue.objects.get()
    assert (issue.kind, preview(reader, house.at).code) == ("payout_reversed", "stopped")
    house.assert_sound()

    house.night(house.at + DAY)
    assert (house.payout(reader).reason, len(house.transfers())) == ("stopped", 1)
    holds.lift(reader_id=reader.pk, by=admin, reason="A slip of ours.", at=house.at)
    retried = runs.retry(payout_id=house.payout(reader).pk, by=admin, at=house.at + DAY)
    working.work_due(at=house.at + DAY)
    retried.refresh_from_db()
    assert (retried.state, pots(reader)) == (PayoutState.SENT, {})
    assert (balance.check_balance(at=house.at), balance.agree(at=house.at)) == (0, 0)
    assert ReconIssue.objects.get() == issue, "what Stripe moved is what we have, both ways"
    house.assert_sound()


def test_a_transfer_that_does_not_fit_is_told_and_books_nothing(house: House) -> None:
    reader = house.reader(2_000)
    house.sandbox.fault("429", SEND)
    house.night()
    payout = house.payout(reader)
    params: Any = {
        "amount": 1_999,
        "currency": "usd",
        "destination": payout.destination,
        "transfer_group": f"payout_{payout.pk}",
        "metadata": {"payout_id": str(payout.pk)},
    }
    house.stripe.v1.transfers.create(params=params)
    working.sweep(at=house.at + SOON)
    house.hear("transfer.created")
    assert (house.payout(reader).state, booked("payout_sent")) == (PayoutState.STARTED, 0)
    assert ReconIssue.objects.get().kind == "payout_mismatch"
