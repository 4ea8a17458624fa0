from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import pytest

from backend.accounts.models import Role, User
from backend.core.errors import IllegalMove, NotFound
from backend.ledger import audit, movements, payables, selectors
from backend.ledger.errors import BelowMinimum, KeyReused, MoreThanWasPaid
from backend.ledger.models import Movement, PotKind
from tests.backend.ledger.conftest import (
    DAY,
    a_person,
    everything,
    held,
    mature,
    race,
    read,
    reader_pots,
)

PAYOUT = uuid4()


def earn(reader: User, at: datetime, gross_cents: int = 3_000) -> None:
    """Earn 70 % of ``gross_cents``, matured by ``at``."""
    read(a_person(), reader, at - DAY, cash_cents=gross_cents)
    mature(at)


def start(reader: User, at: datetime, *, n: int = 1, minimum_cents: int = 1_500) -> Movement:
    return movements.start_payout(
        payout_id=PAYOUT, n=n, reader=reader, minimum_cents=minimum_cents, at=at
    )


def send(at: datetime, *, cents: int = 2_100, transfer_id: str = "tr_1") -> Movement:
    return movements.book_transfer(payout_id=PAYOUT, transfer_id=transfer_id, cents=cents, at=at)


def refuse(at: datetime, *, n: int = 1) -> Movement:
    return movements.refuse_payout(payout_id=PAYOUT, n=n, at=at, reason="account closed")


def reverse(at: datetime, cents: int, *, reversal_id: str = "trr_1") -> Movement:
    return movements.reverse_transfer(payout_id=PAYOUT, reversal_id=reversal_id, cents=cents, at=at)


def test_a_payout_takes_all_that_is_payable(reader: User, at: datetime) -> None:
    earn(reader, at)

    assert start(reader, at).gross_cents == 2_100

    assert reader_pots(reader) == {"paying": 2_100}
    assert payables.payout(PAYOUT) == payables.Payout(reader.pk, 2_100, 0, 0)
    assert audit.proofs(at, of="backend.ledger") == []


@pytest.mark.parametrize(("gross_cents", "is_paid"), [(2_142, False), (2_143, True)])
def test_case_66_fifteen_dollars_are_paid_and_a_cent_less_is_not(
    reader: User, at: datetime, gross_cents: int, is_paid: bool
) -> None:
    earn(reader, at, gross_cents)
    before = everything()

    if is_paid:
        assert start(reader, at).gross_cents == 1_500
        return
    with pytest.raises(BelowMinimum) as refused:
        start(reader, at)
    assert refused.value.extra == {"payable_cents": 1_499, "minimum_cents": 1_500}
    assert everything() == before


def test_nothing_is_no_payout_whatever_the_minimum(reader: User, at: datetime) -> None:
    with pytest.raises(BelowMinimum):
        start(reader, at, minimum_cents=0)


def test_a_payout_begun_again_moves_nothing_also_when_more_was_earned(
    reader: User, at: datetime
) -> None:
    earn(reader, at)
    first = start(reader, at)
    earn(reader, at)
    before = everything()

    assert start(reader, at + DAY) == first
    assert everything() == before


def test_a_second_try_waits_until_the_first_is_refused(reader: User, at: datetime) -> None:
    earn(reader, at)
    start(reader, at)
    earn(reader, at)
    before = everything()

    with pytest.raises(IllegalMove):
        start(reader, at, n=2)
    assert everything() == before

    refuse(at)
    assert start(reader, at, n=2).gross_cents == 4_200
    assert audit.proofs(at, of="backend.ledger") == []


def test_a_payout_belongs_to_one_reader(reader: User, at: datetime) -> None:
    other = a_person(Role.READER)
    earn(reader, at)
    earn(other, at)
    start(reader, at)
    before = everything()

    for n in (1, 2):
        with pytest.raises(KeyReused):
            start(other, at, n=n)
    assert everything() == before


def test_a_transfer_carries_the_payout_away_once(reader: User, at: datetime) -> None:
    earn(reader, at)
    start(reader, at)

    assert send(at) == send(at + DAY)

    assert reader_pots(reader) == {}
    assert selectors.platform_cents()[PotKind.STRIPE_CLEARING] == -3_000 + 2_100
    assert payables.payout(PAYOUT) == payables.Payout(reader.pk, 0, 2_100, 0)
    assert audit.proofs(at, of="backend.ledger") == []


def test_a_transfer_of_another_amount_or_a_second_one_is_refused(
    reader: User, at: datetime
) -> None:
    earn(reader, at)
    start(reader, at)
    before = everything()
    with pytest.raises(IllegalMove):
        send(at, cents=2_099)
    assert everything() == before

    send(at)
    before = everything()
    with pytest.raises(IllegalMove):
        send(at, transfer_id="tr_2")
    with pytest.raises(KeyReused):
        send(at, cents=2_099)
    assert everything() == before


def test_what_never_began_is_neither_sent_nor_refused_nor_reversed(
    reader: User, at: datetime
) -> None:
    earn(reader, at)
    before = everything()

    for act in (lambda: send(at), lambda: refuse(at), lambda: reverse(at, 1)):
        with pytest.raises(NotFound):
            act()
    assert everything() == before


def test_a_refused_payout_is_payable_again(reader: User, at: datetime) -> None:
    earn(reader, at)
    start(reader, at)

    assert refuse(at) == refuse(at + DAY)

    assert reader_pots(reader) == {"payable": 2_100}
    assert audit.proofs(at, of="backend.ledger") == []


def test_what_a_refused_payout_brings_back_pays_first_what_the_reader_owes(
    reader: User, client_: User, at: datetime
) -> None:
    session_id = read(client_, reader, at - DAY, cash_cents=3_000)
    mature(at)
    start(reader, at)
    bear = movements.Refund(uuid4(), 1, session_id, 1_000, movements.Bearer.SPLIT)
    movements.refund_reading(refund=bear, at=at)
    assert reader_pots(reader) == {"paying": 2_100, "receivable": -700}

    refuse(at)

    assert reader_pots(reader) == {"payable": 1_400}
    assert audit.proofs(at, of="backend.ledger") == []


def test_what_was_sent_is_never_refused_and_what_was_refused_never_sent(
    reader: User, at: datetime
) -> None:
    earn(reader, at)
    start(reader, at)
    send(at)
    before = everything()
    with pytest.raises(IllegalMove):
        refuse(at)
    with pytest.raises(IllegalMove):
        start(reader, at, n=2)
    assert everything() == before


def test_a_refused_try_cannot_be_sent(reader: User, at: datetime) -> None:
    earn(reader, at)
    start(reader, at)
    refuse(at)
    before = everything()
    with pytest.raises(IllegalMove):
        send(at)
    assert everything() == before


def test_case_70_a_reversed_transfer_is_payable_again_as_far_as_nothing_is_owed(
    reader: User, client_: User, at: datetime
) -> None:
    session_id = read(client_, reader, at - DAY, cash_cents=3_000)
    mature(at)
    start(reader, at)
    send(at)
    refund = movements.Refund(uuid4(), 1, session_id, 1_000, movements.Bearer.SPLIT)
    movements.refund_reading(refund=refund, at=at)

    assert reverse(at, 600) == reverse(at, 600)
    assert reader_pots(reader) == {"receivable": -100}

    reverse(at, 1_500, reversal_id="trr_2")
    assert reader_pots(reader) == {"payable": 1_400}
    assert audit.proofs(at, of="backend.ledger") == []


def test_no_more_comes_back_than_was_sent(reader: User, at: datetime) -> None:
    earn(reader, at)
    start(reader, at)
    send(at)
    reverse(at, 2_000)
    before = everything()

    with pytest.raises(MoreThanWasPaid) as refused:
        reverse(at, 101, reversal_id="trr_2")
    assert refused.value.left_cents == 100
    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_case_60_twenty_runs_at_once_begin_one_payout(at: datetime) -> None:
    reader = a_person(Role.READER)
    earn(reader, at)

    answers = race(lambda _: start(reader, at).pk, 20)

    assert len(set(answers)) == 1
    assert held(reader, "reader_paying") == 2_100


@pytest.mark.django_db(transaction=True)
def test_a_transfer_and_a_refusal_at_once_leave_one_of_them(at: datetime) -> None:
    reader = a_person(Role.READER)
    earn(reader, at)
    start(reader, at)

    answers = race(lambda n: send(at) if n % 2 else refuse(at), 10)

    kinds = {answer.kind for answer in answers if isinstance(answer, Movement)}
    assert len(kinds) == 1
    assert sum(isinstance(answer, IllegalMove) for answer in answers) == 5
    assert held(reader, "reader_paying") == 0
    assert audit.proofs(at, of="backend.ledger") == []
