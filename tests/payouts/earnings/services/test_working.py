"""A night in which readers are paid."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from backend.core import clock
from backend.ledger import movements
from backend.notifications.models import Notification
from payouts.earnings import run_selectors, tasks
from payouts.earnings.services import choosing, runs, working
from payouts.models import Payout, PayoutRun, ReconIssue
from payouts.payout_states import PayoutState, RunState
from tests import builders
from tests.backend.ledger.conftest import race
from tests.payouts.earnings.conftest import House, pots

pytestmark = pytest.mark.sandbox
MINUTE = timedelta(minutes=1)


def test_a_night_pays_whoever_is_due_and_tells_the_others_why(house: House) -> None:
    paid, unconnected, frozen = (
        house.reader(8_410),
        house.reader(2_000, connected=False),
        house.reader(2_500),
    )
    type(frozen).objects.filter(pk=frozen.pk).update(frozen_at=house.at)
    working.mature(at=house.at)
    plan = runs.preview(at=house.at)
    assert (plan.pay_count, plan.pay_cents, plan.wait_cents) == (1, 8_410, 4_500)
    assert plan.waiting == {"no_account": 1, "frozen": 1}
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
    told = Notification.objects.filter(kind="payout").values_list("user", "title")
    assert (paid.pk, "$84.10 is on its way to you") in told
    counted = run_selectors.run(run.pk)
    assert (counted.sent_count, counted.sent_cents, counted.waited_count) == (1, 8_410, 2)
    house.assert_sound()

    house.night(house.at + timedelta(days=1))
    nights = Notification.objects.filter(user=unconnected, kind="payout")
    assert (Payout.objects.count(), nights.count()) == (5, 1), "the same reason is told once"


def test_a_run_that_was_killed_while_choosing_goes_on_where_it_was(house: House) -> None:
    readers = [house.reader(2_000) for _ in range(3)]
    run = runs.begin_nightly(at=house.at)
    working.mature(at=house.at)
    assert choosing.choose_page(run_id=run.pk, at=house.at, limit=2) == 2
    run.refresh_from_db()
    assert (run.cursor, run.state) == (sorted(r.pk for r in readers)[1], RunState.CHOOSING)
    working.work_due(at=house.at)
    assert len(house.transfers()) == Payout.objects.count() == 3


def test_stripe_out_of_reach_stops_a_run_for_a_while_and_not_for_good(house: House) -> None:
    readers = [house.reader(2_000) for _ in range(5)]
    house.choose()
    house.sandbox.fault("429", "GET /v2/core/accounts", times=3)
    working.work_due(at=house.at)
    run = Payout.objects.latest("id").run
    assert (run.state, run.due_at, house.transfers()) == (
        RunState.PAYING,
        house.at + MINUTE,
        [],
    )
    working.work_due(at=house.at + MINUTE / 2)
    assert house.transfers() == [], "it is given time"
    working.work_due(at=house.at + MINUTE)
    assert [pots(reader) for reader in readers] == [{}] * 5
    run.refresh_from_db()
    assert (run.state, run.stalls) == (RunState.DONE, 0)


@pytest.mark.django_db(transaction=True)
def test_case_60_two_runs_at_once_pay_everybody_once(house: House, settings: Any) -> None:
    settings.PAYOUT_CALLS_AT_ONCE = 3
    readers = [house.reader(2_000) for _ in range(5)]
    working.mature(at=house.at)
    begun = [
        runs.begin_nightly(at=house.at),
        runs.order(by=builders.an_admin(), at=house.at),
    ]
    answers = race(lambda n: working.work(run_id=begun[n % 2].pk, at=house.at), 4)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    for run in begun:  # what one of them met under the other's hands
        working.work(run_id=run.pk, at=house.at + 10 * MINUTE)
    assert [len(house.transfers(reader)) for reader in readers] == [1] * 5
    assert [pots(reader) for reader in readers] == [{}] * 5
    house.assert_sound()
    connection.close()


def test_the_jobs_do_it_all_and_a_night_that_beat_missed_is_made_up_for(house: House) -> None:
    reader = house.reader(2_000)
    tasks.mature()
    night = house.at.replace(hour=2, minute=0, second=0)
    for late in (-MINUTE, 361 * MINUTE):
        assert runs.begin_missed(at=night + late) is None
    with clock.frozen(max(night + 5 * MINUTE, house.at)):
        tasks.pay_tonight()
        tasks.sweep()
    assert (pots(reader), len(house.transfers())) == ({}, 1)
    assert runs.begin_missed(at=night + 300 * MINUTE) == house.payout(reader).run


def test_payouts_that_fail_by_themselves_do_not_hold_up_the_others(house: House) -> None:
    """Three in a row are no outage of Stripe when it is something about each of them."""
    readers = sorted((house.reader(2_000) for _ in range(4)), key=lambda one: one.pk)
    run = house.choose()
    for reader in readers[:3]:
        movements.start_payout(
            payout_id=house.payout(reader).pk, n=9, reader=reader, minimum_cents=1, at=house.at
        )
    PayoutRun.objects.filter(pk=run.pk).update(state=RunState.PAYING)

    working.work_due(at=house.at)

    assert house.payout(readers[3]).state == PayoutState.SENT
    assert {house.payout(reader).state for reader in readers[:3]} == {PayoutState.QUEUED}
    run.refresh_from_db()
    assert (run.state, run.stalls) == (RunState.PAYING, 1), "the three are tried again later"
    assert ReconIssue.objects.filter(kind="payout_failed").count() == 1, "staff are told"


def test_a_run_by_hand_pays_what_its_plan_showed_and_lets_nothing_mature(house: House) -> None:
    """What matures first is the night's; else staff would confirm one sum and pay another."""
    ready = house.reader(2_000)
    working.mature(at=house.at)
    later = house.reader(3_000)
    plan = runs.preview(at=house.at)

    run = runs.order(by=builders.an_admin(), at=house.at)
    working.work_due(at=house.at)

    assert (plan.pay_count, plan.pay_cents) == (1, 2_000)
    counted = run_selectors.run(run.pk)
    assert (counted.sent_count, counted.sent_cents) == (1, 2_000)
    assert (pots(ready), pots(later)) == ({}, {"pending": 3_000})
    house.assert_sound()
