"""Whatever is decided in whatever order, and however often it is told: no cent is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.db.models import F, Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.accounts.models import Role, User
from backend.core.errors import DomainError
from backend.ledger import audit, movements, payables, selectors
from backend.ledger.models import CREDIT_NORMAL, DEBIT_NORMAL, Pot
from backend.ledger.movements import Bearer, CardRefund, Chargeback, Refund
from tests.backend.ledger.conftest import a_person, everything, fund, held, mature, read

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
Act = Callable[[], object]
STEPS = [
    "read", "top_up", "wait", "mature", "start", "send", "refuse", "reverse", "freeze", "release",
    "refund", "withdraw", "confirm", "fail", "by_hand", "dispute", "win", "lose", "write_off",
    "warn", "clear", "expire", "wait", "mature", "start", "start", "send", "refuse", "reverse",
    "release", "withdraw", "confirm",
]  # fmt: skip
BEGINNING = [("read", 0, 1_501), ("read", 1, 900), ("top_up", 0, 1_999), ("top_up", 1, 800)]
STEPS_IN_A_WALK = 60


def _walk(seed: int) -> list[tuple[str, int, int]]:
    """Drawn evenly, which Hypothesis does not do: it likes small numbers and repeats itself."""
    chance = Random(seed)
    return BEGINNING + [
        (chance.choice(STEPS), chance.randint(0, 1), chance.randint(1, 2_000))
        for _ in range(STEPS_IN_A_WALK)
    ]


class _World:
    """Two clients, two readers, and all that staff, banks, Stripe and a clock may do to them."""

    def __init__(self) -> None:
        self.now = START
        self.clients = [a_person(), a_person()]
        self.readers = [a_person(Role.READER), a_person(Role.READER)]
        self.sessions: list[UUID] = []
        self.payouts = [uuid4() for _ in range(2)]
        self.tries = [0, 0]
        self.cases = [uuid4() for _ in range(2)]
        self.frozen: list[dict[str, object]] = []

    def step(self, name: str, number: int, cents: int) -> None:
        """Do one thing, then have it told again: the second time nothing moves."""
        act: Act = getattr(self, name)(number, cents)
        try:
            with transaction.atomic():
                act()
        except DomainError:
            return
        before = everything()
        act()
        assert everything() == before, f"{name} told twice"

    def client(self, cents: int) -> User:
        return self.clients[cents % 2]

    def session(self, cents: int) -> UUID:
        return self.sessions[cents % len(self.sessions)] if self.sessions else uuid4()

    def read(self, number: int, cents: int) -> Act:
        client, reader = self.client(cents), self.readers[number]
        if owed := -held(client, "client_receivable"):
            fund(client, owed, self.now)  # who owes has nothing to read with
        parts = {"cash_cents": cents, "promo_cents": cents // 3, "free_cents": number}
        self.sessions.append(read(client, reader, self.now, **parts))
        return lambda: None

    def top_up(self, number: int, cents: int) -> Act:
        return partial(
            movements.top_up,
            client=self.client(cents),
            amount_cents=cents,
            payment_intent_id=f"pi_{number}_{cents}",
            about="top_up:1",
            at=self.now,
        )

    def wait(self, _: int, cents: int) -> Act:
        self.now += timedelta(minutes=cents) * 40
        return lambda: None

    def mature(self, *_: int) -> Act:
        return partial(mature, self.now)

    def start(self, number: int, cents: int) -> Act:
        payout = payables.payout(self.payouts[number])
        if payout and payout.sent_cents:
            self.payouts[number], self.tries[number] = uuid4(), 0
        self.tries[number] += cents % 4 > 0
        return partial(
            movements.start_payout,
            payout_id=self.payouts[number],
            n=self.tries[number],
            reader=self.readers[number],
            minimum_cents=cents // 8,
            at=self.now,
        )

    def send(self, number: int, cents: int) -> Act:
        payout = payables.payout(self.payouts[number])
        return partial(
            movements.book_transfer,
            payout_id=self.payouts[number],
            transfer_id=f"tr_{cents}",
            cents=payout.in_flight_cents if payout and cents % 4 else cents,
            at=self.now,
        )

    def refuse(self, number: int, _: int) -> Act:
        name = self.payouts[number]
        return partial(movements.refuse_payout, payout_id=name, n=self.tries[number], at=self.now)

    def reverse(self, number: int, cents: int) -> Act:
        return partial(
            movements.reverse_transfer,
            payout_id=self.payouts[number],
            reversal_id=f"trr_{cents}",
            cents=1 + cents // 4,
            at=self.now,
        )

    def freeze(self, number: int, cents: int) -> Act:
        about, n = f"session:{self.session(cents)}", len(self.frozen) + 1
        said = {"case_id": self.cases[number], "about": about, "n": n}
        self.frozen.append(said)
        return partial(movements.freeze_lot, at=self.now, **said)

    def release(self, number: int, cents: int) -> Act:
        said = self.frozen[cents % len(self.frozen)] if self.frozen else {}
        said = said or {"case_id": self.cases[number], "about": "session:none"}
        return partial(movements.release_lot, at=self.now, **said)

    def refund(self, number: int, cents: int) -> Act:
        bearer = list(Bearer)[cents % 3]
        refund = Refund(self.cases[number], cents, self.session(cents), cents // 4, bearer)
        return partial(movements.refund_reading, refund=refund, at=self.now)

    def withdraw(self, _: int, cents: int) -> Act:
        return partial(
            movements.withdraw,
            withdrawal_id=uuid4(),
            client=self.client(cents),
            cents=1 + cents // 2,
            at=self.now,
        )

    def confirm(self, number: int, cents: int) -> Act:
        return self._card(movements.confirm_refund, number, cents)

    def fail(self, number: int, cents: int) -> Act:
        return self._card(movements.fail_refund, number, cents)

    def by_hand(self, number: int, cents: int) -> Act:
        return self._card(movements.book_dashboard_refund, number, cents)

    def _card(self, act: Callable[..., object], number: int, cents: int) -> Act:
        refund = CardRefund(f"re_{number}_{cents % 4}", f"pi_{number}", 90 + cents % 4)
        return partial(act, refund=refund, client=self.clients[number], at=self.now)

    def dispute(self, number: int, cents: int) -> Act:
        return self._bank(movements.freeze_chargeback, number, cents)

    def win(self, number: int, cents: int) -> Act:
        return self._bank(movements.win_chargeback, number, cents)

    def lose(self, number: int, cents: int) -> Act:
        return self._bank(movements.lose_chargeback, number, cents)

    def write_off(self, number: int, cents: int) -> Act:
        return self._bank(movements.write_off, number, cents)

    def _bank(self, act: Callable[..., object], number: int, cents: int) -> Act:
        chargeback = Chargeback(f"dp_{number}_{cents % 2}", f"pi_{number}", 700 + number)
        return partial(act, chargeback=chargeback, client=self.clients[number], at=self.now)

    def warn(self, number: int, _: int) -> Act:
        return partial(
            movements.freeze_warned,
            warning_id=f"issfr_{number}",
            payment_intent_id=f"pi_{number}",
            client=self.clients[number],
            cents=500,
            at=self.now,
        )

    def clear(self, number: int, _: int) -> Act:
        client = self.clients[number]
        name = f"issfr_{number}"
        return partial(movements.clear_warned, warning_id=name, client=client, at=self.now)

    def expire(self, *_: int) -> Act:
        return partial(movements.expire_due, at=self.now)


@pytest.mark.django_db
@settings(
    max_examples=settings.default.max_examples // 10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.integers(0, 2**32))
def test_any_walk_on_every_way_out_conserves_every_cent(seed: int) -> None:
    with transaction.atomic():
        world = _World()
        for step in _walk(seed):
            world.step(*step)

        assert audit.proofs(world.now, of="backend.ledger") == []
        owned = Pot.objects.filter(kind__in=[*CREDIT_NORMAL, *DEBIT_NORMAL])
        total = owned.aggregate(cents=Sum(F("credits_cents") - F("debits_cents")))["cents"] or 0
        assert total + sum(selectors.platform_cents().values()) == 0
        _every_statement_ends_with_what_there_is(world)
        transaction.set_rollback(True)


def _every_statement_ends_with_what_there_is(world: _World) -> None:
    later = world.now + timedelta(days=1)
    for reader in world.readers:
        lines = payables.statement(reader.pk, since=START, until=later)
        totals = payables.totals(reader.pk, since=START, until=later)
        has = Pot.objects.filter(owner=reader).aggregate(
            cents=Sum(F("credits_cents") - F("debits_cents"))
        )["cents"]
        assert sum(line.cents for line in lines) == (has or 0)
        assert totals.net_cents - totals.paid_cents == (has or 0)
