"""A database that is older than Stripe finds its way back, and nobody is paid twice."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from backend.accounts.models import User
from backend.core import clock, engines
from backend.inbox.models import ExternalEvent
from backend.ledger import audit, bookings
from backend.ledger import selectors as ledger
from backend.ledger.models import PotKind
from payouts import tasks
from payouts.earnings import tasks as paying
from payouts.earnings.services import working
from payouts.models import Chargeback, Payout, PayoutRun, ReconIssue, TopUp, Watermark
from payouts.payout_states import PayoutState
from payouts.services import reconciliation
from payouts.states import TopUpStatus
from payouts.wallet.services import refunds, withdrawals
from scripts import restore
from scripts.backups import databases
from tests import builders
from tests.databases import leave
from tests.payouts.conftest import Till
from tests.payouts.earnings.conftest import DAY, House, earn, house, pots

__all__ = ["house"]
pytestmark = [pytest.mark.sandbox, pytest.mark.django_db(transaction=True)]
GoBack = Callable[[], None]


@pytest.fixture
def go_back(tmp_path: Path) -> Iterator[Callable[[], GoBack]]:
    """Make a backup of this very database; what comes back restores it."""
    url, kept = os.environ["DATABASE_URL"], f"before_{os.getpid()}"

    def backup() -> GoBack:
        manifest = databases.dump(url, tmp_path / "dump")

        def back() -> None:
            leave()
            restore.replace(url, tmp_path / "dump", manifest, may_replace=True, keep_as=kept)

        return back

    yield backup
    databases.drop(url, kept)


def _paid(till: Till, client: User, cents: int, key: str) -> str:
    """``client`` adds money by the hosted page; the payment's id. Nobody is told."""
    payer = Till(client, till.sandbox, till.stripe, till.at)
    return str(payer.pay(payer.start(cents, key))["id"])


def _withdraw(client: User, cents: int, at: Any, *, send: bool) -> None:
    withdrawals.request(client=client, key="w", cents=cents, at=at)
    if send:
        refunds.send_due(at=at)


def _later(till: Till, house: House, clients: dict[str, User], first: str) -> dict[str, str]:
    """What happens after the backup, and is heard by whoever serves then."""
    at, stripe = till.at, till.stripe
    _paid(till, clients["ann"], 3_000, "second")
    refunds.send_due(at=at)  # what waited in the backup
    stripe.v1.refunds.create(params={"payment_intent": first, "amount": 300})  # in the dashboard
    _withdraw(clients["bob"], 500, at, send=True)
    disputed = _paid(till, clients["cyd"], 2_500, "k")
    stranger = builders.a_client(at=at)
    of_nobody = _paid(till, stranger, 1_000, "k")
    till.sandbox.dispute(disputed)
    stripe.v1.payouts.create(params={"amount": 700, "currency": "usd"})
    gone = house.reader(4_000)
    working.work_due(at=at)  # the payouts that the backup has queued
    house.night(at + DAY)  # and those of the next night
    (lost,) = house.transfers(gone)
    till.hear()
    assert Payout.objects.filter(state=PayoutState.SENT).count() == 3
    assert Chargeback.objects.count() == 1
    return {"payment": of_nobody, "transfer": lost.id}


def _jobs(at: Any) -> None:
    """What beat starts sooner or later, all of it twice."""
    with clock.frozen(at):
        for _ in range(2):
            paying.pay_tonight()
            paying.sweep()
            tasks.send_withdrawals()
            tasks.reload_wallets()
            tasks.reconcile()
            tasks.reconcile_nightly()


def test_case_73_a_restore_older_than_stripe_heals_and_pays_nobody_twice(
    till: Till, house: House, go_back: Callable[[], GoBack]
) -> None:
    at = till.at
    clients = {name: builders.a_client(at=at) for name in ("ann", "bob", "cyd")}
    first = _paid(till, clients["ann"], 2_000, "first")
    _paid(till, clients["bob"], 1_000, "k")
    till.hear()
    queued, pending = house.reader(2_000), house.reader()
    earn(pending, 3_000, at=at + timedelta(hours=20))  # ready tomorrow only
    house.choose()
    _withdraw(clients["ann"], 400, at, send=False)
    reconciliation.run(at=at)
    assert reconciliation.catch_up(at=at)

    earned_elsewhere = ledger.platform_cents()[PotKind.STRIPE_CLEARING]  # by no charge of Stripe's
    back = go_back()
    lost = _later(till, house, clients, first)
    transfers, returned = len(house.transfers()), len(till.stripe.v1.refunds.list().data)
    back()

    assert TopUp.objects.filter(status=TopUpStatus.SUCCEEDED).count() == 2
    assert house.payout(queued).state == PayoutState.QUEUED
    assert not reconciliation.lives.is_caught_up(), "another life"

    _jobs(at + DAY)

    assert len(house.transfers()) == transfers, "no reader is paid twice"
    assert len(till.stripe.v1.refunds.list().data) == returned, "no card is paid twice"
    assert {key: ledger.balance_of(one.pk).cash_cents for key, one in clients.items()} == {
        "ann": 2_000 + 3_000 - 400 - 300,
        "bob": 1_000 - 500,
        "cyd": 0,
    }
    assert Chargeback.objects.get().client == clients["cyd"]
    assert User.objects.get(pk=clients["cyd"].pk).under_review_since
    assert (pots(queued), pots(pending)) == ({}, {})
    sent = Payout.objects.filter(state=PayoutState.SENT, reader__in=[queued, pending])
    assert sorted(sent.values_list("amount_cents", flat=True)) == [2_000, 3_000]
    assert not PayoutRun.objects.exclude(state="done").exists()
    _assert_told_of_strangers_alone(lost)
    _assert_agreed(at + DAY, clearing_cents=earned_elsewhere)


def _assert_told_of_strangers_alone(lost: dict[str, str]) -> None:
    """What names nobody any more is set aside, one clear line each; nothing else is open."""
    issues = {issue.kind: issue for issue in ReconIssue.objects.all()}
    assert set(issues) == {"payment_of_nobody", "transfer_of_nobody"}
    assert issues["payment_of_nobody"].external_id == lost["payment"]
    assert "1000 cents for client" in issues["payment_of_nobody"].text
    assert issues["transfer_of_nobody"].external_id == lost["transfer"]
    assert "$40.00" in issues["transfer_of_nobody"].text


def _assert_agreed(at: Any, *, clearing_cents: int) -> None:
    keeper: Any = engines.load("platform_balance")
    platform = ledger.platform_cents()
    assert bookings.stripe_cents() == keeper.total_cents(settings.CURRENCY)
    assert reconciliation.agree(at=at) == 0
    assert platform[PotKind.STRIPE_CLEARING] == clearing_cents
    assert platform[PotKind.SUSPENSE] == 1_000 - 4_000
    assert audit.proofs(at) == []


def test_what_is_too_old_for_events_is_heard_of_by_the_balance(till: Till) -> None:
    first = _paid(till, till.client, 2_000, "k")
    till.hear()
    till.stripe.v1.refunds.create(params={"payment_intent": first, "amount": 500})
    unheard = _paid(till, till.client, 1_000, "unheard")
    TopUp.objects.exclude(payment_intent_id=first).delete()
    till.sandbox.dispute(unheard)
    late = till.at + 31 * DAY
    Watermark.objects.create(name="events", at=late)
    Watermark.objects.create(name="balance", at=till.at)

    assert reconciliation.catch_up(at=late)

    assert not ExternalEvent.objects.filter(external_id__startswith="evt_", received_at=late)
    assert till.cash_cents == 2_000 - 500
    assert Chargeback.objects.get().client == till.client
    assert not ReconIssue.objects.exists()
    assert reconciliation.agree(at=late) == 0
    assert audit.proofs(late) == []


def test_what_a_reader_was_paid_beyond_the_books_is_a_debt_that_staff_hear_of(
    house: House,
) -> None:
    reader = house.reader(500)
    working.mature(at=house.at)
    house.stripe.v1.transfers.create(
        params={
            "amount": 2_000,
            "currency": "usd",
            "destination": str(house.account(reader).account_id),
            "metadata": {"payout_id": str(uuid4()), "env": settings.SITE_URL},
        }
    )
    for _ in range(2):
        house.hear("transfer.created")
    assert pots(reader) == {"debt": 1_500}
    assert "$15.00 more than these books know" in ReconIssue.objects.get().text
    assert house.payout(reader).state == PayoutState.SENT
    earn(reader, 1_800, at=house.at)
    working.mature(at=house.at)
    assert pots(reader) == {"payable": 300}
    house.assert_sound()


def test_the_command_catches_up_by_hand_and_says_what_people_have_to_look_at(
    till: Till, capsys: pytest.CaptureFixture[str]
) -> None:
    of_nobody = _paid(till, builders.a_client(at=till.at), 1_000, "k")
    TopUp.objects.all().delete()
    User.objects.exclude(pk=till.client.pk).delete()
    till.sandbox.fault("429", "GET /v1/events", times=1)
    with pytest.raises(CommandError, match="Not caught up yet"):
        call_command("catch_up")
    assert not reconciliation.lives.is_caught_up()

    call_command("catch_up")

    told = capsys.readouterr().out
    assert f"payment_of_nobody: {of_nobody} paid 1000 cents" in told
    assert "Caught up with Stripe. Open issues: 1." in told
    assert reconciliation.lives.is_caught_up()
