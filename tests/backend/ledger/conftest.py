"""A client, a reader, money, and eyes that look into pots."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import count
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from backend.accounts.models import Role, User
from backend.ledger import movements, posting, pots
from backend.ledger.models import Movement, Pot, PotKind, Transfer

_number = count(1)


def a_person(role: Role = Role.CLIENT) -> User:
    n = next(_number)
    return User.objects.create_user(f"{role}{n}@ledger.test", display_name=f"P{n}", role=role)


def fund(client: User, cents: int, at: datetime) -> None:
    """Top a wallet up, as a paid PaymentIntent does."""
    movements.top_up(
        client=client,
        amount_cents=cents,
        payment_intent_id=f"pi_{uuid4().hex}",
        about=f"topup:{uuid4()}",
        at=at,
    )


def owe(client: User, cents: int, at: datetime) -> None:
    """Let a client owe us something, as a lost chargeback does."""
    debt, bank = pots.debt_of_client(client.pk), pots.platform(PotKind.DISPUTE_RECEIVABLE)
    posting.post(
        posting.Fact(Movement.Kind.ADJUSTMENT, f"dp:{uuid4()}", "dp", cents, at),
        touching=[debt, bank],
        legs=[posting.Leg(debt, bank, cents)],
    )


def held(owner: User, kind: str) -> int:
    """``credits - debits`` of one pot; 0 if there is none."""
    pot = Pot.objects.filter(owner=owner, kind=kind).first()
    return pot.credits_cents - pot.debits_cents if pot else 0


def everything() -> tuple[Any, ...]:
    """All that a refusal must leave as it was."""
    pots = Pot.objects.filter(owner__isnull=False).exclude(debits_cents=0, credits_cents=0)
    return (
        sorted(pots.values_list("id", "debits_cents", "credits_cents")),
        Movement.objects.count(),
        Transfer.objects.count(),
    )


def race(act: Callable[[int], Any], times: int) -> list[Any]:
    """Run ``act`` ``times`` at once, each with its own connection; answers or exceptions."""
    start = Barrier(times)

    def run(number: int) -> Any:
        try:
            connection.ensure_connection()
            start.wait(timeout=60)
            return act(number)
        except Exception as refused:  # noqa: BLE001  (the answer of that racer)
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


@pytest.fixture
def client_(db: None) -> User:
    return a_person()


@pytest.fixture
def reader(db: None) -> User:
    return a_person(Role.READER)
