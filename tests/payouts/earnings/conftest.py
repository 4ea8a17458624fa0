"""Readers with earnings, their accounts at the stand-in, and nights in which they are paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from stripe import StripeClient

from backend.accounts.models import User
from backend.inbox import services as inbox
from backend.ledger import audit, movements
from backend.ledger import selectors as ledger
from backend.ledger.split import split
from payouts.earnings.services import choosing, connect, runs, working
from payouts.models import ConnectAccount, Payout, PayoutRun
from tests import builders
from tests.sandbox_process import THIN_WEBHOOK_SECRET, Sandbox

DAY = timedelta(days=1)


def earn(reader: User, cents: int, *, at: datetime) -> UUID:
    """A reading that ended so long ago that its ``cents`` are payable to the reader at ``at``."""
    ended = at - timedelta(hours=25)
    gross = next(g for g in range(cents, 2 * cents + 2) if split(g).reader_cents == cents)
    client = builders.a_client(cents=gross, at=ended)
    session_id = uuid4()
    movements.post_readings(
        [
            movements.Hold(session_id, 1, client.pk, 0, gross),
            movements.Capture(session_id, client.pk, reader.pk, 60, *split(gross), 0, 0),
            movements.Release(session_id, client.pk, 0, 0),
        ],
        at=ended,
    )
    movements.open_lot(
        about=f"session:{session_id}",
        reader_id=reader.pk,
        earned_cents=cents,
        matures_at=ended + DAY,
    )
    return session_id


@dataclass
class House:
    """The product and the stand-in: readers are made, earn, connect and are paid."""

    sandbox: Sandbox
    stripe: StripeClient
    at: datetime

    def reader(self, cents: int = 0, *, connected: bool = True) -> User:
        """A reader who earned ``cents``, all of it past its day."""
        reader = builders.a_reader(at=self.at, online=False).user
        if cents:
            earn(reader, cents, at=self.at)
        if connected:
            self.connect(reader)
        return reader

    def connect(self, reader: User) -> str:
        """Give Stripe everything; the account's id."""
        connect.start(reader=reader, at=self.at)
        account_id = str(self.account(reader).account_id)
        self.sandbox.onboard(account_id)
        connect.refresh(reader_id=reader.pk, at=self.at)
        return account_id

    def account(self, reader: User) -> ConnectAccount:
        """The reader's present account."""
        return ConnectAccount.objects.get(reader=reader, ended_at=None)

    def night(self, at: datetime | None = None) -> PayoutRun:
        """The nightly run, as far as it comes in one job."""
        moment = at or self.at
        run = runs.begin_nightly(at=moment)
        working.work_due(at=moment)
        run.refresh_from_db()
        return run

    def choose(self) -> PayoutRun:
        """A run that has chosen and not paid yet, as a kill would leave it."""
        run = runs.begin_nightly(at=self.at)
        working.mature(at=self.at)
        while choosing.choose_page(run_id=run.pk, at=self.at):
            pass
        return run

    def payout(self, reader: User) -> Payout:
        """The reader's newest payout."""
        return Payout.objects.filter(reader=reader).latest("id")

    def transfers(self, reader: User | None = None) -> list[Any]:
        """What the stand-in sent, to this reader or at all."""
        params: Any = {"limit": 100}
        if reader:
            params["destination"] = self.account(reader).account_id
        return list(self.stripe.v1.transfers.list(params=params).data)

    def hear(self, *types: str, times: int = 1, options: Any = None) -> None:
        """Put Stripe's events of these types into the inbox, newest last, and work them.

        ``options`` say whose events, if not our own.
        """
        wanted: Any = {"limit": 100, "types": list(types)}
        events = self.stripe.v1.events.list(params=wanted, options=options).data
        for turn in range(times):
            for event in reversed(events):
                inbox.receive(
                    source="stripe",
                    external_id=f"{event.id}:{turn}",
                    type=event.type,
                    object_id=event.data.object["id"],
                    livemode=event.livemode,
                    payload=event.to_dict(),
                    account=event.to_dict().get("account") or "",
                    at=self.at,
                )
        self.work()

    def work(self) -> None:
        """Work through the inbox; what came over HTTP came at the real time."""
        inbox.work_due(at=datetime.now(UTC))

    def assert_sound(self) -> None:
        """Every proof of the books holds."""
        assert audit.proofs(self.at) == []


@pytest.fixture
def house(db: None, sandbox: Sandbox, stripe: StripeClient, at: datetime, settings: Any) -> House:
    """The platform's balance holds $1,000.00. Payouts go out one by one, in this very thread."""
    settings.PAYOUT_CALLS_AT_ONCE = 1
    settings.STRIPE_THIN_WEBHOOK_SECRETS = [THIN_WEBHOOK_SECRET]
    sandbox.fund(100_000)
    return House(sandbox, stripe, at)


def pots(reader: User) -> dict[str, int]:
    """What a reader has, by how far it is; without what is nothing."""
    has = ledger.earnings_of(reader.pk)
    found = {
        "pending": has.pending_cents,
        "payable": has.payable_cents,
        "paying": has.paying_cents,
        "disputed": has.disputed_cents,
        "debt": has.debt_cents,
    }
    return {name: cents for name, cents in found.items() if cents}
