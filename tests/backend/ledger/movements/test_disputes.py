from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

import pytest

from backend.accounts.models import Role, User
from backend.core.errors import IllegalMove, NotFound
from backend.ledger import audit, flags, movements
from backend.ledger.errors import KeyReused
from backend.ledger.models import Flag, Lot, Movement
from tests import builders
from tests.backend.ledger.conftest import (
    DAY,
    a_person,
    everything,
    mature,
    pay_out,
    race,
    read,
    reader_pots,
)

CASE = uuid4()


def freeze(session_id: UUID, at: datetime, *, case_id: UUID = CASE, n: int = 1) -> Movement:
    return movements.freeze_lot(case_id=case_id, about=f"session:{session_id}", at=at, n=n)


def release(session_id: UUID, at: datetime, *, case_id: UUID = CASE, n: int = 1) -> Movement:
    return movements.release_lot(case_id=case_id, about=f"session:{session_id}", at=at, n=n)


def test_a_dispute_freezes_the_earnings_of_that_reading_only(
    client_: User, reader: User, at: datetime
) -> None:
    session_id = read(client_, reader, at, cash_cents=1_000)
    read(client_, reader, at, cash_cents=500)

    assert freeze(session_id, at) == freeze(session_id, at + DAY)

    assert reader_pots(reader) == {"pending": 350, "disputed": 700}
    lot = Lot.objects.get(about=f"session:{session_id}")
    assert (lot.state, lot.disputed_cents) == (Lot.State.DISPUTED, 700)
    assert audit.proofs(at) == []


def test_a_matured_lot_freezes_as_far_as_it_was_not_paid_out(
    client_: User, reader: User, at: datetime
) -> None:
    session_id = read(client_, reader, at, cash_cents=1_000)
    mature(at + DAY)
    pay_out(reader, at + DAY)
    read(client_, reader, at, cash_cents=500)
    mature(at + DAY)

    freeze(session_id, at + DAY)

    assert reader_pots(reader) == {"disputed": 350}
    assert audit.proofs(at) == []


def test_what_was_paid_out_whole_freezes_nothing_and_says_so(
    client_: User, reader: User, at: datetime
) -> None:
    session_id = read(client_, reader, at, cash_cents=1_000)
    mature(at + DAY)
    pay_out(reader, at + DAY)

    assert not freeze(session_id, at + DAY).transfers.exists()

    assert Lot.objects.get().state == Lot.State.DISPUTED
    release(session_id, at + DAY)
    assert Lot.objects.get().state == Lot.State.PAYABLE
    assert audit.proofs(at) == []


def test_what_earned_nothing_freezes_nothing_and_is_released_as_easily(
    client_: User, reader: User, at: datetime
) -> None:
    session_id = read(client_, reader, at, cash_cents=1)

    assert freeze(session_id, at).gross_cents == 0
    assert release(session_id, at).gross_cents == 0
    assert audit.proofs(at) == []


def test_case_52_an_upheld_reading_is_pending_again_until_it_matures(
    client_: User, reader: User, at: datetime
) -> None:
    session_id = read(client_, reader, at, cash_cents=1_000)
    freeze(session_id, at)

    assert release(session_id, at) == release(session_id, at + 9 * DAY)

    assert reader_pots(reader) == {"pending": 700}
    mature(at + DAY)
    assert reader_pots(reader) == {"payable": 700}
    assert audit.proofs(at) == []


def test_released_after_its_time_it_is_payable_at_once_less_what_is_owed(
    client_: User, reader: User, at: datetime
) -> None:
    other = read(client_, reader, at, cash_cents=400)
    mature(at + DAY)
    pay_out(reader, at + DAY)
    session_id = read(client_, reader, at, cash_cents=1_000)
    freeze(session_id, at)
    refund = movements.Refund(uuid4(), 1, other, 400, movements.Bearer.SPLIT)
    movements.refund_reading(refund=refund, at=at + DAY)
    assert reader_pots(reader) == {"disputed": 700, "receivable": -280}

    release(session_id, at + DAY)

    assert reader_pots(reader) == {"payable": 420}
    assert Lot.objects.get(about=f"session:{session_id}").state == Lot.State.PAYABLE
    assert audit.proofs(at) == []


def test_one_lot_has_one_case_and_one_case_one_lot(
    client_: User, reader: User, at: datetime
) -> None:
    session_id, other = (read(client_, reader, at, cash_cents=cents) for cents in (1_000, 100))
    freeze(session_id, at)
    before = everything()

    with pytest.raises(IllegalMove):
        freeze(session_id, at, case_id=uuid4())
    with pytest.raises(KeyReused):
        freeze(other, at)
    assert everything() == before


def test_an_appeal_freezes_again_and_releases_again(
    client_: User, reader: User, at: datetime
) -> None:
    session_id = read(client_, reader, at, cash_cents=1_000)
    freeze(session_id, at)
    release(session_id, at)

    freeze(session_id, at, n=2)
    assert reader_pots(reader) == {"disputed": 700}

    release(session_id, at, n=2)
    assert reader_pots(reader) == {"pending": 700}
    assert audit.proofs(at) == []


def test_only_what_this_case_froze_is_released(client_: User, reader: User, at: datetime) -> None:
    session_id = read(client_, reader, at, cash_cents=1_000)
    freeze(session_id, at)
    before = everything()

    with pytest.raises(NotFound):
        release(session_id, at, case_id=uuid4())
    with pytest.raises(NotFound):
        release(session_id, at, n=2)
    assert everything() == before


@pytest.mark.django_db
def test_a_flag_confirmed_meanwhile_holds_what_had_not_matured(at: datetime) -> None:
    client, reader = a_person(), a_person(Role.READER)
    session_id = read(client, reader, at, cash_cents=1_000)
    freeze(session_id, at)
    lot = Lot.objects.get()
    Flag.objects.create(
        lot=lot,
        client=client,
        kinds=["device"],
        is_strong=False,
        would_mature_at=lot.matures_at,
        raised_at=at,
    )
    flags.confirm(Flag.objects.get().pk, by=builders.an_admin(), reason="One person", at=at)

    release(session_id, at + 9 * DAY)

    lot.refresh_from_db()
    assert (lot.state, lot.matures_at) == (Lot.State.PENDING, None)
    assert movements.mature_due(at=at + 9 * DAY) == 0
    assert reader_pots(reader) == {"pending": 700}
    assert audit.proofs(at) == []


@pytest.mark.django_db(transaction=True)
def test_of_ten_cases_at_once_one_freezes(at: datetime) -> None:
    client, reader = a_person(), a_person(Role.READER)
    session_id = read(client, reader, at, cash_cents=1_000)

    answers = race(lambda _: freeze(session_id, at, case_id=uuid4()), 10)

    assert sum(isinstance(answer, IllegalMove) for answer in answers) == 9
    assert reader_pots(reader) == {"disputed": 700}


@pytest.mark.django_db(transaction=True)
def test_a_freeze_races_the_maturing_and_one_of_them_has_it(at: datetime) -> None:
    client, reader = a_person(), a_person(Role.READER)
    session_id = read(client, reader, at, cash_cents=1_000)

    answers = race(
        lambda n: movements.mature_due(at=at + DAY) if n % 2 else freeze(session_id, at + DAY), 8
    )

    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert reader_pots(reader) == {"disputed": 700}
    assert audit.proofs(at) == []
