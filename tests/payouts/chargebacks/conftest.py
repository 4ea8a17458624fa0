"""A client who has paid, and a bank that wants the money back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from backend.accounts.models import User
from backend.ledger import audit, movements
from backend.ledger.models import Movement, Pot
from payouts.models import Chargeback, PaymentWarning
from payouts.services import reconciliation
from tests import builders
from tests.payouts.conftest import Till, sandbox, stripe_process

__all__ = ["sandbox", "stripe_process"]


OF_ROOMS = "a gift is what was paid"  # these tests give without a room


@dataclass
class Bank:
    """The bank of the till's client, whose payments it may dispute."""

    till: Till

    @property
    def client(self) -> User:
        return self.till.client

    def paid(self, cents: int = 2_000, key: str = "k") -> str:
        """A payment that has reached the wallet; its id."""
        payment = self.till.pay(self.till.start(cents, key))
        self.till.hear("payment_intent.succeeded")
        return str(payment["id"])

    def spend(self, cents: int) -> None:
        """The client gives to a reader."""
        reader = builders.a_reader(at=self.till.at, online=False).user
        movements.send_gift(
            gift_id=uuid4(),
            sender=self.client,
            reader=reader,
            price_cents=cents,
            at=self.till.at,
        )

    def dispute(self, payment_id: str, **more: Any) -> Chargeback:
        """The bank disputes the payment and we hear of it."""
        disputed = self.till.sandbox.dispute(payment_id, **more)
        self.till.hear("charge.dispute.created", "charge.dispute.funds_withdrawn")
        return Chargeback.objects.get(dispute_id=disputed["id"])

    def decide(self, case: Chargeback, outcome: str, **more: Any) -> Chargeback:
        """The bank decides and we hear of it."""
        self.till.sandbox.decide(case.dispute_id, outcome, **more)
        self.till.hear()
        case.refresh_from_db()
        return case

    def warn(self, payment_id: str) -> PaymentWarning:
        """The bank warns of the payment and we hear of it."""
        warned = self.till.sandbox.warn(payment_id)
        self.till.hear("radar.early_fraud_warning.created")
        return PaymentWarning.objects.get(warning_id=warned["id"])

    def pots(self) -> dict[str, int]:
        """What the client's pots hold, those that hold something; debts below zero."""
        held = {}
        for pot in Pot.objects.filter(owner=self.client):
            if cents := pot.credits_cents - pot.debits_cents:
                held[pot.kind.removeprefix("client_")] = cents
        return held

    def assert_sound(self) -> None:
        """Every proof holds, and Stripe's balance is what our books say it is."""
        wrong = [found for found in audit.proofs(self.till.at) if found.proof != OF_ROOMS]
        assert wrong == []
        reconciliation.run(at=self.till.at)
        assert reconciliation.agree(at=self.till.at) == 0


@pytest.fixture
def bank(till: Till) -> Bank:
    """The bank of the client at the till."""
    return Bank(till)


@pytest.fixture
def admin(db: None) -> User:
    """Somebody of staff."""
    return builders.an_admin()


def booked() -> list[tuple[str, str, str, int]]:
    """Every movement as facts, in the order of their keys."""
    facts = Movement.objects.order_by("key").values_list("kind", "key", "about", "gross_cents")
    return list(facts)


def all_pots() -> dict[tuple[str, object], int]:
    """What every pot of a person holds."""
    counted = Pot.objects.exclude(owner=None).order_by("kind", "owner")
    return {(p.kind, p.owner_id): p.credits_cents - p.debits_cents for p in counted}
