from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from backend.accounts.models import Role, User
from backend.ledger import audit, movements
from backend.ledger.models import Lot, Movement
from tests.backend.ledger.conftest import (
    DAY,
    a_person,
    everything,
    held,
    pay_out,
    race,
    read,
    reader_pots,
)


def owe_as_reader(client: User, reader: User, at: datetime, cents: int) -> None:
    """Let a reader owe us: a reading is given back whose earnings were paid out."""
    session_id = read(client, reader, at, cash_cents=cents)
    movements.mature_due(at=at + DAY)
    pay_out(reader, at + DAY)
    refund = movements.Refund(session_id, 1, session_id, cents, movements.Bearer.READER)
    movements.refund_reading(refund=refund, at=at + DAY)


def test_earnings_become_payable_when_their_time_has_come_and_not_before(
    client_: User, reader: User, at: datetime
) -> None:
    read(client_, reader, at, cash_cents=1_000)
    before = everything()

    assert movements.mature_due(at=at + DAY - timedelta(seconds=1)) == 0
    assert everything() == before

    assert movements.mature_due(at=at + DAY) == 1
    assert reader_pots(reader) == {"payable": 700}
    assert Lot.objects.get().state == Lot.State.PAYABLE
    assert audit.proofs(at) == []


def test_a_lot_matures_once(client_: User, reader: User, at: datetime) -> None:
    read(client_, reader, at, cash_cents=1_000)
    movements.mature_due(at=at + DAY)
    before = everything()

    assert movements.mature_due(at=at + 2 * DAY) == 0
    assert everything() == before


def test_several_lots_of_several_readers_mature_in_one_call(
    client_: User, reader: User, at: datetime
) -> None:
    other = a_person(Role.READER)
    for earner, cents in ((reader, 1_000), (other, 500), (reader, 100)):
        read(client_, earner, at, cash_cents=cents)

    assert movements.mature_due(at=at + DAY) == 3

    assert (reader_pots(reader), reader_pots(other)) == ({"payable": 770}, {"payable": 350})
    assert audit.proofs(at) == []


def test_the_oldest_mature_first_and_no_more_than_asked(
    client_: User, reader: User, at: datetime
) -> None:
    for hours, cents in ((2, 100), (1, 1_000), (3, 10)):
        read(client_, reader, at + timedelta(hours=hours), cash_cents=cents)

    assert movements.mature_due(at=at + 2 * DAY, limit=1) == 1
    assert reader_pots(reader) == {"pending": 77, "payable": 700}
    assert [movements.mature_due(at=at + 2 * DAY, limit=2) for _ in range(2)] == [2, 0]


def test_what_a_reader_owes_is_paid_before_anything_is_payable(
    client_: User, reader: User, at: datetime
) -> None:
    owe_as_reader(client_, reader, at, 1_000)
    assert reader_pots(reader) == {"receivable": -700}
    for cents in (400, 800):
        read(client_, reader, at, cash_cents=cents)

    movements.mature_due(at=at + DAY)

    assert reader_pots(reader) == {"payable": 280 + 560 - 700}
    assert audit.proofs(at) == []


def test_disputed_lots_and_those_held_for_staff_are_left_alone(
    client_: User, reader: User, at: datetime
) -> None:
    disputed = read(client_, reader, at, cash_cents=1_000)
    held_back = read(client_, reader, at, cash_cents=100)
    movements.freeze_lot(case_id=disputed, about=f"session:{disputed}", at=at)
    Lot.objects.filter(about=f"session:{held_back}").update(matures_at=None)

    assert movements.mature_due(at=at + 9 * DAY) == 0
    assert reader_pots(reader) == {"pending": 70, "disputed": 700}


def test_a_lot_that_was_given_back_whole_matures_to_nothing(
    client_: User, reader: User, at: datetime
) -> None:
    session_id = read(client_, reader, at, cash_cents=1_000)
    refund = movements.Refund(session_id, 1, session_id, 1_000, movements.Bearer.SPLIT)
    movements.refund_reading(refund=refund, at=at)

    assert movements.mature_due(at=at + DAY) == 1
    assert reader_pots(reader) == {}
    assert Movement.objects.get(kind=Movement.Kind.MATURED).gross_cents == 0


@pytest.mark.django_db(transaction=True)
def test_eight_sweeps_at_once_mature_each_lot_once(at: datetime) -> None:
    client, readers = a_person(), [a_person(Role.READER) for _ in range(5)]
    for reader in readers * 4:
        read(client, reader, at, cash_cents=100)

    answers = race(lambda _: movements.mature_due(at=at + DAY, limit=7), 8)

    assert sum(answers) == 20
    assert {held(reader, "reader_payable") for reader in readers} == {280}
    assert audit.proofs(at) == []


@pytest.mark.django_db(transaction=True)
def test_a_sweep_passes_by_a_lot_that_somebody_decides_about(at: datetime) -> None:
    client, reader = a_person(), a_person(Role.READER)
    read(client, reader, at, cash_cents=100)
    read(client, reader, at, cash_cents=200)

    def sweep(_: int) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '5s'")
        return movements.mature_due(at=at + DAY)

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT FROM ledger_lot WHERE earned_cents = 70 FOR UPDATE")
        assert race(sweep, 1) == [1]

    assert reader_pots(reader) == {"pending": 70, "payable": 140}


def test_a_lot_that_cannot_be_booked_does_not_hold_up_the_others(
    client_: User, reader: User, at: datetime
) -> None:
    """Its earnings are not where they should be: the nightly run would pay nobody at all."""
    poor = a_person(Role.READER)
    for n in range(2):
        movements.open_lot(
            about=f"session:lost-{n}", reader_id=poor.pk, earned_cents=5, matures_at=at
        )
    for _ in range(3):
        read(client_, reader, at, cash_cents=100)

    assert movements.mature_all(at=at + DAY) == 3
    assert reader_pots(reader)["payable"] == 210
    assert Lot.objects.filter(state=Lot.State.PENDING).count() == 2
