"""What the database refuses by itself, whoever asks (money.md §5, case 71)."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import ProtectedError

from backend.accounts.models import User
from backend.ledger.models import Movement, Pot, PotKind, Transfer
from tests.backend.ledger.conftest import everything, fund

STATEMENTS = [
    "UPDATE ledger_movement SET gross_cents = 1",
    "UPDATE ledger_transfer SET amount_cents = 1",
    "DELETE FROM ledger_movement",
    "DELETE FROM ledger_transfer",
    "DELETE FROM ledger_pot",
    "TRUNCATE ledger_movement CASCADE",
    "TRUNCATE ledger_transfer",
    "TRUNCATE ledger_pot CASCADE",
]


@transaction.atomic
def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_case_71_direct_sql_cannot_change_what_happened(
    client_: User, at: datetime, statement: str
) -> None:
    fund(client_, 500, at)
    before = everything()

    with pytest.raises(IntegrityError, match="only grows"):
        run("SET CONSTRAINTS ALL IMMEDIATE", "SET LOCAL soulseer.tests = 'off'", statement)
    assert everything() == before


def test_case_71_the_orm_cannot_change_what_happened(client_: User, at: datetime) -> None:
    fund(client_, 500, at)
    before = everything()

    for act in (
        lambda: Movement.objects.update(gross_cents=1),
        lambda: Transfer.objects.update(amount_cents=1),
        lambda: Transfer.objects.all()._raw_delete("default"),
        lambda: Movement.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    assert everything() == before


def test_case_71_a_person_with_money_rows_cannot_be_deleted(client_: User, at: datetime) -> None:
    fund(client_, 500, at)

    with pytest.raises(ProtectedError):
        client_.delete()
    with pytest.raises(IntegrityError):
        run(f"DELETE FROM accounts_user WHERE id = '{client_.pk}'", "SET CONSTRAINTS ALL IMMEDIATE")
    assert User.objects.filter(pk=client_.pk).exists()


@pytest.mark.parametrize(
    ("kind", "debits", "credited"),
    [
        (PotKind.CLIENT_WALLET, 1, 0),
        (PotKind.READER_PAYABLE, 1, 0),
        (PotKind.CLIENT_RECEIVABLE, 0, 1),
    ],
)
def test_case_71_a_pot_cannot_be_overdrawn_by_hand(
    client_: User, kind: str, debits: int, credited: int
) -> None:
    with pytest.raises(IntegrityError, match="no_pot_is_overdrawn"), transaction.atomic():
        Pot.objects.create(
            kind=kind,
            owner=client_,
            currency="USD",
            debits_cents=debits,
            credits_cents=credited,
        )


@pytest.mark.django_db
def test_case_71_a_platform_pot_cannot_be_given_a_counter() -> None:
    with pytest.raises(IntegrityError, match="no_pot_is_overdrawn"), transaction.atomic():
        Pot.objects.create(kind=PotKind.SUSPENSE, currency="USD", credits_cents=1)


@pytest.mark.parametrize(("cents", "same_pot"), [(0, False), (5, True)])
def test_case_71_a_transfer_moves_something_between_two_pots(
    client_: User, at: datetime, cents: int, *, same_pot: bool
) -> None:
    fund(client_, 500, at)
    wallet = Pot.objects.get(owner=client_, kind=PotKind.CLIENT_WALLET)
    other = wallet if same_pot else Pot.objects.get(kind=PotKind.STRIPE_CLEARING)

    with pytest.raises(IntegrityError, match="a_transfer_"), transaction.atomic():
        Transfer.objects.create(
            movement=Movement.objects.get(),
            line=9,
            debit_pot=wallet,
            credit_pot=other,
            amount_cents=cents,
        )
