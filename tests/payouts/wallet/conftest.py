"""A client at the till with a saved card: everything over the real stand-in."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from backend.core.errors import DomainError
from backend.ledger import audit
from backend.ledger import selectors as ledger
from backend.notifications.models import Notification
from payouts.models import AutoReload, Reload, SavedCard, TopUp
from payouts.services import card_charges
from payouts.wallet.services import cards, refunds, reloads, withdrawals
from tests.live.stage import committed
from tests.payouts.conftest import GOOD, Till, sandbox, stripe_process

__all__ = ["sandbox", "stripe_process"]
ASKS_ALWAYS, REFUSES_LATER = "4000002760003184", "4000000000000341"


@dataclass
class Purse:
    """The client's own acts with the wallet, and what comes of them."""

    till: Till

    def __post_init__(self) -> None:
        self.client, self.at = self.till.client, self.till.at

    def save_card(self, number: str = GOOD) -> SavedCard:
        """Agree, go to the hosted page, type the number, come back."""
        setup = cards.begin(client=self.client, consents=True, at=self.at)
        assert setup.checkout_session_id
        done = self.till.sandbox.pay(setup.checkout_session_id, number)
        if done["setup_intent"]["status"] == "requires_action":
            self.till.sandbox.bank(done["setup_intent"]["id"], approve=True)
        cards.refresh(client_id=self.client.pk, at=self.at)
        return SavedCard.objects.filter(client=self.client, removed_at=None).latest("id")

    def add(self, cents: int, card: SavedCard, key: str = "k") -> TopUp:
        """Add money with a saved card, as the wallet page does."""
        return card_charges.start(
            client=self.client, key=key, amount_cents=cents, card_id=card.pk, at=self.at
        )

    def top_up(self, cents: int = 2_000, number: str = GOOD, key: str = "t") -> TopUp:
        """Add money by the hosted page, and hear that it came."""
        top_up = self.till.start(cents, key)
        self.till.pay(top_up, number)
        self.till.hear()
        top_up.refresh_from_db()
        return top_up

    def reload_by(
        self, card: SavedCard, *, amount: int = 1_000, below: int = 500, cap: int = 5_000
    ) -> AutoReload:
        """Turn auto-reload on."""
        wish = reloads.Wish(amount, below, cap, card.pk)
        return reloads.switch_on(client=self.client, wish=wish, consents=True, at=self.at)

    def withdraw(self, cents: int, key: str = "w") -> Any:
        """Ask for money back; nothing is sent yet."""
        return withdrawals.request(client=self.client, key=key, cents=cents, at=self.at)

    def send(self) -> None:
        """What the job does: send what is due."""
        refunds.send_due(at=self.at)

    @property
    def cash(self) -> int:
        return ledger.balance_of(self.client.pk).cash_cents

    @property
    def charges(self) -> list[Any]:
        """Every payment at Stripe, the newest first."""
        return list(self.till.stripe.v1.payment_intents.list().data)

    @property
    def refunds(self) -> list[Any]:
        """Every refund at Stripe, the newest first."""
        return list(self.till.stripe.v1.refunds.list().data)

    def reloads(self) -> list[str]:
        """What became of each trigger, the oldest first."""
        mine = Reload.objects.filter(client=self.client).order_by("id")
        return list(mine.values_list("state", flat=True))

    def told(self) -> list[str]:
        """The titles of every notice, the oldest first."""
        mine = Notification.objects.filter(user=self.client).order_by("id")
        return list(mine.values_list("title", flat=True))

    def assert_sound(self) -> None:
        """The books balance."""
        committed()
        assert audit.proofs(self.at) == []


@pytest.fixture
def purse(till: Till) -> Purse:
    """A client with a wallet."""
    return Purse(till)


@pytest.fixture
def card(purse: Purse) -> SavedCard:
    """A saved card that works."""
    return purse.save_card()


def race(act: Callable[[int], Any], times: int) -> list[Any]:
    """Run ``act`` so often at once, each with its own connection; refusals come back too."""
    start = Barrier(times)

    def run(number: int) -> Any:
        try:
            start.wait(timeout=60)
            return act(number)
        except DomainError as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))
