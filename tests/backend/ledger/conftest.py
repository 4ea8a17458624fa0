"""A client, a reader, money, and eyes that look into pots."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import count
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from backend.accounts.models import Role, User
from backend.ledger import movements, posting, pots
from backend.ledger.models import Lot, Movement, Pot, PotKind, Transfer
from backend.ledger.split import split

DAY = timedelta(days=1)
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


def read(
    client: User,
    reader: User,
    at: datetime,
    *,
    cash_cents: int = 0,
    promo_cents: int = 0,
    free_cents: int = 0,
) -> UUID:
    """A reading that ends at ``at`` and cost these parts, which the client gets just for it.

    Its lot matures a day later. ``free_cents``: what the platform pays the reader on top.
    """
    session_id, gross = uuid4(), cash_cents + promo_cents
    if cash_cents:
        fund(client, cash_cents, at)
    if promo_cents:
        grant(client, promo_cents, at, until=at + timedelta(days=30))
    share = split(gross)
    movements.post_readings(
        [
            movements.Hold(session_id, 1, client.pk, promo_cents, cash_cents),
            movements.Capture(session_id, client.pk, reader.pk, 60, *share, 0, 0),
            movements.Release(session_id, client.pk, 0, 0),
            movements.FreeSeconds(session_id, reader.pk, free_cents),
        ],
        at=at,
    )
    if share.reader_cents + free_cents:
        movements.open_lot(
            about=f"session:{session_id}",
            reader_id=reader.pk,
            earned_cents=share.reader_cents + free_cents,
            matures_at=at + DAY,
        )
    return session_id


def grant(client: User, cents: int, at: datetime, *, until: datetime) -> None:
    """Give a client promotional credit."""
    movements.grant_promo(client=client, grant_id=uuid4(), cents=cents, expires_at=until, at=at)


def mature(at: datetime) -> None:
    """Let everything mature that is due."""
    while movements.mature_due(at=at):
        pass


def pay_out(reader: User, at: datetime) -> UUID:
    """Pay a reader all that is payable, up to Stripe's transfer."""
    payout_id = uuid4()
    started = movements.start_payout(
        payout_id=payout_id, n=1, reader=reader, minimum_cents=1, at=at
    )
    movements.book_transfer(
        payout_id=payout_id, transfer_id=f"tr_{payout_id}", cents=started.gross_cents, at=at
    )
    return payout_id


def reader_pots(reader: User) -> dict[str, int]:
    """What a reader's pots hold, without those that hold nothing."""
    kinds = ("pending", "payable", "paying", "disputed", "receivable")
    pots = {kind: held(reader, f"reader_{kind}") for kind in kinds}
    return {kind: cents for kind, cents in pots.items() if cents}


def client_pots(client: User) -> dict[str, int]:
    """What a client's pots hold, without those that hold nothing."""
    kinds = {
        "cash": "client_wallet",
        "promo": "client_promo",
        "frozen": "client_frozen",
        "away": "refund_payable",
        "receivable": "client_receivable",
    }
    pots = {name: held(client, kind) for name, kind in kinds.items()}
    return {name: cents for name, cents in pots.items() if cents}


def held(owner: User, kind: str) -> int:
    """``credits - debits`` of one pot; 0 if there is none."""
    pot = Pot.objects.filter(owner=owner, kind=kind).first()
    return pot.credits_cents - pot.debits_cents if pot else 0


def everything() -> tuple[Any, ...]:
    """All that a refusal must leave as it was."""
    pots = Pot.objects.filter(owner__isnull=False).exclude(debits_cents=0, credits_cents=0)
    return (
        sorted(pots.values_list("id", "debits_cents", "credits_cents")),
        sorted(Lot.objects.values_list("id", "refunded_cents", "disputed_cents", "state")),
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
