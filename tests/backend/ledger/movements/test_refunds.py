from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.accounts.models import Role, User
from backend.core.errors import IllegalMove, InvalidInput, NotFound
from backend.ledger import audit, movements, selectors
from backend.ledger.errors import KeyReused, MoreThanWasPaid
from backend.ledger.models import Lot, Movement, PotKind
from backend.ledger.movements import Bearer, Refund
from tests.backend.ledger.conftest import (
    DAY,
    a_person,
    client_pots,
    everything,
    grant,
    mature,
    owe,
    pay_out,
    race,
    read,
    reader_pots,
)

CASE = uuid4()


def give_back(
    session_id: UUID,
    cents: int,
    at: datetime,
    *,
    n: int = 1,
    bearer: Bearer = Bearer.SPLIT,
    bps: int = 7_000,
) -> Movement:
    refund = Refund(CASE, n, session_id, cents, bearer, bps)
    return movements.refund_reading(refund=refund, at=at, reason="The line was bad")


def contra_cents() -> int:
    return -selectors.platform_cents()[PotKind.REFUNDS_CONTRA]


def goodwill_cents() -> int:
    return -selectors.platform_cents()[PotKind.GOODWILL]


def test_of_a_split_refund_both_sides_give_their_share(
    client_: User, reader: User, at: datetime
) -> None:
    session_id = read(client_, reader, at, cash_cents=1_000)

    give_back(session_id, 400, at)

    assert client_pots(client_) == {"cash": 400}
    assert reader_pots(reader) == {"pending": 420}
    assert contra_cents() == 120
    assert Lot.objects.get().refunded_cents == 280
    assert audit.proofs(at) == []


def test_a_refund_repeated_moves_nothing(client_: User, reader: User, at: datetime) -> None:
    session_id = read(client_, reader, at, cash_cents=1_000)
    first = give_back(session_id, 1_000, at)
    before = everything()

    assert give_back(session_id, 1_000, at + DAY) == first
    assert everything() == before


def test_a_decision_repeated_with_other_facts_is_refused(
    client_: User, reader: User, at: datetime
) -> None:
    session_id = read(client_, reader, at, cash_cents=1_000)
    other = read(client_, reader, at, cash_cents=1_000)
    give_back(session_id, 400, at)
    before = everything()

    for again in (
        lambda: give_back(session_id, 401, at),
        lambda: give_back(session_id, 400, at, bearer=Bearer.PLATFORM),
        lambda: give_back(other, 400, at),
    ):
        with pytest.raises(KeyReused):
            again()
    assert everything() == before


@pytest.mark.parametrize("bearer", Bearer)
def test_case_49_no_more_goes_back_than_was_paid(
    client_: User, reader: User, at: datetime, bearer: Bearer
) -> None:
    session_id = read(client_, reader, at, cash_cents=1_000)
    give_back(session_id, 600, at, bearer=bearer)
    before = everything()

    with pytest.raises(MoreThanWasPaid) as refused:
        give_back(session_id, 401, at, n=2)

    assert refused.value.extra == {"wanted_cents": 401, "left_cents": 400}
    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_case_49_of_ten_refunds_at_once_as_many_win_as_were_paid_for(at: datetime) -> None:
    client, reader = a_person(), a_person(Role.READER)
    session_id = read(client, reader, at, cash_cents=1_000)

    answers = race(lambda n: give_back(session_id, 300, at, n=n + 1), 10)

    assert sum(isinstance(answer, Movement) for answer in answers) == 3
    assert sum(isinstance(answer, MoreThanWasPaid) for answer in answers) == 7
    assert client_pots(client) == {"cash": 900}
    assert audit.proofs(at) == []


@pytest.mark.django_db(transaction=True)
def test_a_refund_races_the_maturing_of_its_lot_and_no_cent_is_lost(at: datetime) -> None:
    client, reader = a_person(), a_person(Role.READER)
    ids = [read(client, reader, at, cash_cents=100) for _ in range(6)]

    def act(n: int) -> object:
        if n % 2:
            return movements.mature_due(at=at + DAY)
        return give_back(ids[n // 2], 50, at + DAY, n=n + 1)

    answers = race(act, 12)

    assert not [answer for answer in answers if isinstance(answer, Exception)]
    mature(at + DAY)
    assert reader_pots(reader) == {"payable": 6 * 35}
    assert audit.proofs(at + DAY) == []


@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(1, 2_000), st.lists(st.integers(1, 400), max_size=8))
def test_case_50_many_small_refunds_are_exact_on_both_sides(paid: int, parts: list[int]) -> None:
    at = datetime.fromisoformat("2026-03-02T12:00:00+00:00")
    client, reader = a_person(), a_person(Role.READER)
    session_id = read(client, reader, at, cash_cents=paid)
    contra, back = contra_cents(), 0
    for cents in parts:
        if back + cents <= paid:
            movements.refund_reading(
                refund=Refund(uuid4(), 1, session_id, cents, Bearer.SPLIT), at=at
            )
            back += cents

    kept = paid - back
    assert sum(reader_pots(reader).values()) == kept * 7 // 10
    assert contra_cents() - contra == (paid - paid * 7 // 10) - (kept - kept * 7 // 10)
    assert sum(client_pots(client).values()) == back


def test_what_the_platform_bears_leaves_the_reader_alone(
    client_: User, reader: User, at: datetime
) -> None:
    session_id = read(client_, reader, at, cash_cents=1_000)

    give_back(session_id, 400, at, bearer=Bearer.PLATFORM)

    assert (client_pots(client_), reader_pots(reader)) == ({"cash": 400}, {"pending": 700})
    assert (goodwill_cents(), contra_cents()) == (400, 0)
    assert audit.proofs(at) == []


def test_the_share_is_of_what_was_split_not_of_what_the_platform_gave(
    client_: User, reader: User, at: datetime
) -> None:
    session_id = read(client_, reader, at, cash_cents=1_000)
    give_back(session_id, 400, at, bearer=Bearer.PLATFORM)

    give_back(session_id, 600, at, n=2)

    assert reader_pots(reader) == {"pending": 280}
    assert audit.proofs(at) == []


def test_the_reader_bears_at_most_what_they_earned(
    client_: User, reader: User, at: datetime
) -> None:
    session_id = read(client_, reader, at, cash_cents=1_000, free_cents=50)

    give_back(session_id, 300, at, bearer=Bearer.READER)
    assert (reader_pots(reader), goodwill_cents()) == ({"pending": 450}, 0)

    give_back(session_id, 700, at, n=2, bearer=Bearer.READER)
    assert (reader_pots(reader), goodwill_cents()) == ({"pending": 50}, 300)
    assert client_pots(client_) == {"cash": 1_000}
    assert audit.proofs(at) == []


def test_after_what_the_reader_bore_a_split_takes_what_is_left_of_the_lot(
    client_: User, reader: User, at: datetime
) -> None:
    session_id = read(client_, reader, at, cash_cents=1_000)
    give_back(session_id, 600, at, bearer=Bearer.READER)

    give_back(session_id, 400, at, n=2)

    assert (reader_pots(reader), contra_cents()) == ({}, 300)
    assert audit.proofs(at) == []


def test_case_51_after_the_payout_the_reader_owes_it_and_later_earnings_pay(
    client_: User, reader: User, at: datetime
) -> None:
    session_id = read(client_, reader, at, cash_cents=1_000)
    mature(at + DAY)
    pay_out(reader, at + DAY)

    give_back(session_id, 1_000, at + DAY)
    assert (client_pots(client_), reader_pots(reader)) == ({"cash": 1_000}, {"receivable": -700})
    assert audit.proofs(at) == []

    read(client_, reader, at + DAY, cash_cents=2_000)
    mature(at + 2 * DAY)
    assert reader_pots(reader) == {"payable": 700}
    assert audit.proofs(at) == []


def test_a_matured_lot_is_given_back_out_of_what_is_payable_first(
    client_: User, reader: User, at: datetime
) -> None:
    session_id = read(client_, reader, at, cash_cents=1_000)
    mature(at + DAY)
    pay_out(reader, at + DAY)
    read(client_, reader, at, cash_cents=500)
    mature(at + DAY)

    give_back(session_id, 1_000, at + DAY)

    assert reader_pots(reader) == {"receivable": 350 - 700}
    assert audit.proofs(at) == []


def test_cash_comes_back_first_and_then_promotional_credit(
    client_: User, reader: User, at: datetime
) -> None:
    session_id = read(client_, reader, at, cash_cents=600, promo_cents=400)

    give_back(session_id, 500, at)
    assert client_pots(client_) == {"cash": 500}

    give_back(session_id, 500, at, n=2)
    assert client_pots(client_) == {"cash": 600, "promo": 400}
    assert audit.proofs(at) == []


def test_promotional_credit_whose_grant_ran_out_expires_at_once(
    client_: User, reader: User, at: datetime
) -> None:
    session_id = read(client_, reader, at, cash_cents=600, promo_cents=400)
    movements.expire_due(at=at + 40 * DAY)
    grant(client_, 100, at + 40 * DAY, until=at + 50 * DAY)

    give_back(session_id, 1_000, at + 40 * DAY)

    assert client_pots(client_) == {"cash": 600, "promo": 100}
    assert audit.proofs(at) == []


def test_a_refund_pays_first_what_the_client_owes(
    client_: User, reader: User, at: datetime
) -> None:
    session_id = read(client_, reader, at, cash_cents=1_000)
    owe(client_, 300, at)

    give_back(session_id, 1_000, at)

    assert client_pots(client_) == {"cash": 700}
    assert audit.proofs(at) == []


def test_what_is_frozen_is_given_back_first_and_the_rest_released(
    client_: User, reader: User, at: datetime
) -> None:
    session_id = read(client_, reader, at, cash_cents=1_000)
    about = f"session:{session_id}"
    movements.freeze_lot(case_id=CASE, about=about, at=at)

    give_back(session_id, 400, at)
    assert reader_pots(reader) == {"disputed": 420}

    movements.release_lot(case_id=CASE, about=about, at=at)
    assert reader_pots(reader) == {"pending": 420}
    assert audit.proofs(at) == []


def test_what_was_frozen_too_late_comes_partly_from_the_debt(
    client_: User, reader: User, at: datetime
) -> None:
    session_id = read(client_, reader, at, cash_cents=1_000)
    mature(at + DAY)
    pay_out(reader, at + DAY)
    read(client_, reader, at, cash_cents=200)
    mature(at + DAY)
    movements.freeze_lot(case_id=CASE, about=f"session:{session_id}", at=at + DAY)
    assert reader_pots(reader) == {"disputed": 140}

    give_back(session_id, 1_000, at + DAY)

    assert reader_pots(reader) == {"receivable": 140 - 700}
    assert audit.proofs(at) == []


def test_a_reading_that_still_holds_money_gives_nothing_back(
    client_: User, reader: User, at: datetime
) -> None:
    session_id = read(client_, reader, at, cash_cents=1_000)
    grant(client_, 100, at, until=at + DAY)
    movements.post_readings([movements.Hold(session_id, 2, client_.pk, 100, 0)], at=at)
    before = everything()

    with pytest.raises(IllegalMove):
        give_back(session_id, 100, at)
    assert everything() == before


def test_without_a_lot_the_reading_has_not_ended(client_: User, reader: User, at: datetime) -> None:
    session_id = read(client_, reader, at, cash_cents=1_000)
    Lot.objects.all().delete()
    before = everything()

    with pytest.raises(IllegalMove):
        give_back(session_id, 100, at)
    assert everything() == before


def test_a_reading_that_earned_the_reader_nothing_is_given_back_by_the_platform(
    client_: User, reader: User, at: datetime
) -> None:
    session_id = read(client_, reader, at, cash_cents=1)

    give_back(session_id, 1, at)

    assert (client_pots(client_), contra_cents()) == ({"cash": 1}, 1)
    assert audit.proofs(at) == []


@pytest.mark.parametrize(
    ("cents", "bps", "refusal"),
    [(0, 7_000, InvalidInput), (-5, 7_000, InvalidInput), (100, 8_000, InvalidInput)],
)
def test_a_senseless_refund_is_refused(
    client_: User, reader: User, at: datetime, cents: int, bps: int, refusal: type[Exception]
) -> None:
    session_id = read(client_, reader, at, cash_cents=1_000)
    before = everything()

    with pytest.raises(refusal):
        give_back(session_id, cents, at, bps=bps)
    assert everything() == before


def test_nothing_comes_back_of_what_never_was(client_: User, at: datetime) -> None:
    with pytest.raises(NotFound):
        give_back(uuid4(), 100, at)


def test_a_preview_says_what_would_move_and_moves_nothing(
    client_: User, reader: User, at: datetime
) -> None:
    session_id = read(client_, reader, at, cash_cents=1_000)
    before = everything()

    legs = movements.preview_refund(refund=Refund(CASE, 1, session_id, 400, Bearer.SPLIT), at=at)

    assert [(leg.debit.kind, leg.credit.kind, leg.amount_cents) for leg in legs] == [
        ("reader_pending", "client_wallet", 280),
        ("refunds_contra", "client_wallet", 120),
    ]
    assert everything() == before
    posted = give_back(session_id, 400, at)
    lines = posted.transfers.order_by("line").values_list("amount_cents", flat=True)
    assert list(lines) == [leg.amount_cents for leg in legs]
