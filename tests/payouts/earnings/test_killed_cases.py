"""Workers that are really killed, by signal 9, between any two steps of a payout."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from backend.accounts.models import User
from payouts.earnings.services import runs, working
from payouts.models import Payout
from payouts.payout_states import PayoutState
from tests import builders
from tests.payouts.earnings.conftest import House, pots
from tests.sandbox_process import SECRET_KEY

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parents[3]
SEND = "POST /v1/transfers"
MINUTES = timedelta(minutes=1)


def kill(house: House, act: str, at: datetime, *groups: Sequence[User]) -> list[str]:
    """Let other processes work on the readers' payouts and kill them; the steps where."""
    lists = [[str(house.payout(reader).pk) for reader in readers] for readers in groups]
    payouts = " / ".join(" ".join(ids) for ids in lists).split()
    done = subprocess.run(
        [sys.executable, "-m", "tests.payouts.earnings.dying", at.isoformat(), act, *payouts],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "backend.config.settings",
            "STRIPE_API_BASE": house.sandbox.base,
            "STRIPE_SECRET_KEY": SECRET_KEY,
            "LOG_LEVEL": "CRITICAL",
        },
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    deaths = done.stdout.splitlines()
    assert len(deaths) == sum(len(ids) - 2 for ids in lists)
    assert [line for line in deaths if not line.endswith("SIGKILL")] == []
    return deaths


def test_case_63_and_60_killed_at_any_step_of_paying_everybody_is_paid_once(
    house: House,
) -> None:
    readers = [house.reader(2_000) for _ in range(9)]
    run = house.choose()
    deaths = kill(house, "pay", house.at, readers)
    assert deaths[1] == "after Stripe has answered SIGKILL"
    house.assert_sound()
    states = set(Payout.objects.values_list("state", flat=True))
    assert states == {PayoutState.QUEUED, PayoutState.STARTED, PayoutState.SENT}

    working.sweep(at=house.at + 3 * MINUTES)
    working.work(run_id=run.pk, at=house.at + 3 * MINUTES)
    assert [pots(reader) for reader in readers] == [{}] * len(readers)
    assert [len(house.transfers(reader)) for reader in readers] == [1] * len(readers)
    assert house.stripe.v1.balance.retrieve().available[0].amount == 100_000 - 9 * 2_000
    house.assert_sound()


def test_case_61_and_64_killed_at_any_step_of_finding_out_nothing_moves_twice(
    house: House,
) -> None:
    sent = [house.reader(2_000) for _ in range(5)]
    run = house.choose()
    house.sandbox.fault("garbage_json", SEND, times=5)
    while working.work(run_id=run.pk, at=house.at) or run.payouts.filter(state="queued"):
        pass
    refused = [house.reader(2_000) for _ in range(5)]
    working.mature(at=house.at)
    run = runs.order(by=builders.an_admin(), at=house.at)
    house.sandbox.fault("429", SEND, times=5)
    while working.work(run_id=run.pk, at=house.at) or run.payouts.filter(state="queued"):
        pass
    for reader in refused:
        account_id = str(house.account(reader).account_id)
        house.sandbox.order(f"accounts/{account_id}/reject", reason="fraud")
    at = house.at + 3 * MINUTES
    kill(house, "resolve", at, sent, refused)
    house.assert_sound()

    working.sweep(at=at + 60 * MINUTES)
    assert [house.payout(reader).state for reader in sent] == [PayoutState.SENT] * 5
    assert [house.payout(reader).state for reader in refused] == [PayoutState.REFUSED] * 5
    assert [pots(reader) for reader in [*sent, *refused]] == [{}] * 5 + [{"payable": 2_000}] * 5
    assert len(house.transfers()) == 5
    house.assert_sound()
