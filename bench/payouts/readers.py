"""Readers by the thousand: their rows, their accounts at the stand-in, and what they earned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from payouts.ports import AccountOrder

HANDS: Final = 8
EARNED_CENTS: Final = 2_000

# Seconds that the platform paid for: the ledger's own rows, so that the audit can prove afterwards
# that no cent was lost.
_EARNINGS: Final = [
    """
    CREATE TEMP TABLE due ON COMMIT DROP AS
    SELECT id AS reader, gen_random_uuid() AS session
    FROM accounts_user WHERE role = 'reader' ORDER BY id LIMIT %(readers)s
    """,
    """
    INSERT INTO ledger_pot (kind, owner_id, currency, debits_cents, credits_cents)
    SELECT 'reader_pending', reader, 'USD', 0, %(earned)s FROM due
    ON CONFLICT (owner_id, kind, currency) DO UPDATE
    SET credits_cents = ledger_pot.credits_cents + EXCLUDED.credits_cents
    """,
    """
    INSERT INTO ledger_movement (id, kind, key, about, gross_cents, currency, at, reason)
    SELECT session, 'free_seconds', 'sess:' || session || ':free', 'session:' || session,
        %(earned)s, 'USD', %(at)s, ''
    FROM due
    """,
    """
    INSERT INTO ledger_transfer (movement_id, line, debit_pot_id, credit_pot_id, amount_cents)
    SELECT session, 0, expense.id, pending.id, %(earned)s
    FROM due
    JOIN ledger_pot pending ON pending.owner_id = reader AND pending.kind = 'reader_pending'
    JOIN ledger_pot expense ON expense.kind = 'promo_expense'
    """,
    """
    INSERT INTO ledger_lot (id, about, reader_id, earned_cents, refunded_cents, disputed_cents,
        state, matures_at)
    SELECT gen_random_uuid(), 'session:' || session, reader, %(earned)s, 0, 0, 'pending', %(at)s
    FROM due
    """,
]


def make(readers: int, *, at: datetime) -> None:
    """Make so many readers, each with an account at the stand-in that may be paid."""
    from backend.accounts.models import User

    people = User.objects.bulk_create(
        [
            User(email=f"reader{n}@bench.test", display_name=f"Reader {n}", role="reader")
            for n in range(readers)
        ],
        batch_size=1_000,
    )
    with ThreadPoolExecutor(HANDS) as pool:
        opened = list(pool.map(_open, people))
    _keep(zip(people, opened, strict=True), at)


def _open(reader: Any) -> str:
    from backend.core import engines

    order = AccountOrder(reader.pk, reader.email, "Reader", "US")
    return str(engines.load("connect_accounts").open(order, key=f"bench:{reader.pk}").id)


def _keep(accounts: Iterable[tuple[Any, str]], at: datetime) -> None:
    from payouts.models import ConnectAccount

    ConnectAccount.objects.bulk_create(
        [
            ConnectAccount(
                reader=reader,
                api="v2",
                account_id=account_id,
                can_receive=True,
                payouts_enabled=True,
                is_submitted=True,
                currency="usd",
                country="US",
                created_at=at,
                ready_at=at,
                checked_at=at,
            )
            for reader, account_id in accounts
        ],
        batch_size=1_000,
    )


def earn(readers: int, *, at: datetime) -> None:
    """Let the first so many readers earn $20.00 each that matures at ``at``."""
    from django.db import connection, transaction

    from backend.ledger.models import Pot

    Pot.objects.get_or_create(kind="promo_expense", owner=None, currency="USD")
    facts: dict[str, int | datetime] = {"readers": readers, "earned": EARNED_CENTS, "at": at}
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in _EARNINGS:
            cursor.execute(statement, facts)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@contextmanager
def stand_in(folder: Path) -> Iterator[Any]:
    """The Stripe stand-in of this bench, empty, with all the money one could want."""
    from tests import sandbox_process

    with sandbox_process.running(folder) as sandbox:
        sandbox.fund(90_000_000)
        yield sandbox
