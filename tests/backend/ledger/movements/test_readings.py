from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from backend.accounts.models import Role, User
from backend.core.ids import uuid7
from backend.ledger import audit, movements, selectors
from backend.ledger.errors import InsufficientFunds, KeyReused
from backend.ledger.models import Lot, Pot, PotKind
from backend.ledger.movements import Capture, FreeSeconds, Hold, Move, Release
from tests.backend.ledger.conftest import a_person, everything, fund, held, owe, race

SESSION = uuid7()


def grant(client: User, cents: int, expires_at: datetime, at: datetime) -> None:
    movements.grant_promo(
        client=client, grant_id=uuid4(), cents=cents, expires_at=expires_at, at=at
    )


def capture(client: User, by: User, billable_s: int, **cents: int) -> Capture:
    return Capture(
        SESSION,
        client.pk,
        by.pk,
        billable_s,
        cents.get("reader", 279),
        cents.get("platform", 120),
        cents.get("promo", 0),
        cents.get("cash", 0),
    )


def post(*moves: Move, at: datetime) -> None:
    with transaction.atomic():
        movements.post_readings(moves, at=at)


def test_a_reading_is_held_captured_and_released_to_the_cent(
    client_: User, reader: User, at: datetime
) -> None:
    fund(client_, 2_000, at)

    post(Hold(SESSION, 1, client_.pk, 0, 798), at=at)
    assert selectors.balance_of(client_.pk) == selectors.Balance(1_202, 0, 798, 0)

    post(capture(client_, reader, 60, cash=399), at=at)
    assert selectors.balance_of(client_.pk) == selectors.Balance(803, 0, 798, 0)

    post(
        capture(client_, reader, 90, reader=139, platform=60),
        Release(SESSION, client_.pk, 0, 599),
        at=at,
    )
    assert selectors.balance_of(client_.pk) == selectors.Balance(1_402, 0, 0, 0)
    assert selectors.earnings_of(reader.pk).pending_cents == 418
    assert selectors.platform_cents()[PotKind.REVENUE_READING] == 180
    assert audit.proofs(at) == []


def test_promotional_credit_is_taken_first(client_: User, at: datetime) -> None:
    fund(client_, 2_000, at)
    grant(client_, 500, at + timedelta(days=9), at)

    with transaction.atomic():
        funds = movements.lock_funds([client_.pk], [])[client_.pk]

    assert funds.parts_of(300) == (300, 0)
    assert funds.parts_of(798) == (500, 298)
    assert funds.spendable_cents == 2_500
    with pytest.raises(InsufficientFunds):
        funds.parts_of(2_501)


def test_each_part_goes_back_to_its_own_pot(client_: User, at: datetime) -> None:
    fund(client_, 1_000, at)
    grant(client_, 500, at + timedelta(days=9), at)

    post(Hold(SESSION, 1, client_.pk, 500, 298), at=at)
    post(Release(SESSION, client_.pk, 400, 298), at=at)

    assert (held(client_, "client_promo"), held(client_, "client_wallet")) == (400, 1_000)
    assert held(client_, "client_reserved") == 100


def test_credit_whose_grant_ran_out_while_held_expires_at_release(
    client_: User, at: datetime
) -> None:
    grant(client_, 500, at + timedelta(minutes=10), at)
    grant(client_, 200, at + timedelta(days=9), at)
    post(Hold(SESSION, 1, client_.pk, 400, 0), at=at)

    post(Release(SESSION, client_.pk, 400, 0), at=at + timedelta(minutes=20))

    assert held(client_, "client_promo") == 300
    movements.expire_due(at=at + timedelta(minutes=21))
    assert held(client_, "client_promo") == 200
    assert audit.proofs(at) == []


def test_a_release_pays_what_the_client_owes_first(client_: User, at: datetime) -> None:
    fund(client_, 1_000, at)
    post(Hold(SESSION, 1, client_.pk, 0, 1_000), at=at)
    owe(client_, 300, at)

    post(Release(SESSION, client_.pk, 0, 1_000), at=at)

    assert selectors.balance_of(client_.pk) == selectors.Balance(700, 0, 0, 0)
    assert audit.proofs(at) == []


def test_the_same_step_posted_again_moves_nothing(
    client_: User, reader: User, at: datetime
) -> None:
    fund(client_, 2_000, at)
    post(Hold(SESSION, 1, client_.pk, 0, 798), at=at)
    post(capture(client_, reader, 60, cash=399), at=at)
    before = everything()

    post(Hold(SESSION, 1, client_.pk, 0, 798), at=at)
    post(capture(client_, reader, 60, cash=399), at=at)
    assert everything() == before


def test_the_same_step_with_another_price_is_refused(
    client_: User, reader: User, at: datetime
) -> None:
    fund(client_, 2_000, at)
    post(Hold(SESSION, 1, client_.pk, 0, 798), at=at)
    post(capture(client_, reader, 60), at=at)
    before = everything()

    with pytest.raises(KeyReused):
        post(capture(client_, reader, 60, reader=280, platform=120), at=at)
    assert everything() == before


def test_a_capture_beyond_the_hold_is_refused_with_its_whole_batch(
    client_: User, reader: User, at: datetime
) -> None:
    other = a_person()
    fund(client_, 2_000, at)
    fund(other, 2_000, at)
    post(Hold(SESSION, 1, client_.pk, 0, 398), Hold(uuid7(), 1, other.pk, 0, 798), at=at)
    before = everything()
    good = capture(other, reader, 60)._replace(session_id=uuid7())

    with pytest.raises(IntegrityError):
        post(good, capture(client_, reader, 60), at=at)
    assert everything() == before


def test_free_seconds_are_paid_by_the_platform(client_: User, reader: User, at: datetime) -> None:
    post(FreeSeconds(SESSION, reader.pk, 250), at=at)
    post(FreeSeconds(SESSION, reader.pk, 250), at=at)

    assert held(reader, "reader_pending") == 250
    assert selectors.platform_cents()[PotKind.PROMO_EXPENSE] == -250
    assert audit.proofs(at) == []


def test_a_lot_is_opened_once(reader: User, at: datetime) -> None:
    for _ in range(2):
        movements.open_lot(
            about=f"session:{SESSION}",
            reader_id=reader.pk,
            earned_cents=418,
            matures_at=at + timedelta(hours=24),
        )

    assert Lot.objects.get().earned_cents == 418


def test_a_batch_of_two_hundred_readings_agrees_with_its_sum(reader: User, at: datetime) -> None:
    clients = [a_person() for _ in range(200)]
    readers = [a_person(Role.READER) for _ in range(200)]
    for client in clients:
        fund(client, 1_000, at)
    sessions = [uuid7() for _ in clients]
    pairs = list(zip(sessions, clients, readers, strict=True))

    post(*[Hold(s, 1, c.pk, 0, 798) for s, c, _ in pairs], at=at)
    with transaction.atomic():
        funds = movements.lock_funds([c.pk for c in clients], [r.pk for r in readers])
        steps = [Capture(s, c.pk, r.pk, 60, 279, 120, 0, 202) for s, c, r in pairs]
        movements.post_readings(steps, at=at, funds=funds)

    assert {held(r, "reader_pending") for r in readers} == {279}
    assert {selectors.balance_of(c.pk) for c in clients} == {selectors.Balance(0, 0, 601, 0)}
    assert selectors.platform_cents()[PotKind.REVENUE_READING] == 24_000
    assert audit.proofs(at) == []


@pytest.mark.django_db(transaction=True)
def test_racing_batches_over_the_same_people_never_deadlock(at: datetime) -> None:
    clients = [a_person() for _ in range(6)]
    for client in clients:
        fund(client, 10_000, at)
    sessions: list[UUID] = [uuid7() for _ in clients]

    def hold_all(n: int) -> None:
        order = clients if n % 2 else clients[::-1]
        moves = [
            Hold(session, n, client.pk, 0, 100)
            for session, client in zip(sessions, order, strict=True)
        ]
        post(*moves, at=at)

    assert race(hold_all, 20) == [None] * 20
    assert {held(client, "client_reserved") for client in clients} == {2_000}


@pytest.mark.django_db(transaction=True)
def test_twenty_racing_captures_of_one_step_earn_once(at: datetime) -> None:
    client, reader = a_person(), a_person(Role.READER)
    fund(client, 2_000, at)
    post(Hold(SESSION, 1, client.pk, 0, 798), at=at)

    race(lambda _: post(capture(client, reader, 60, cash=399), at=at), 20)

    assert held(reader, "reader_pending") == 279
    assert selectors.balance_of(client.pk) == selectors.Balance(803, 0, 798, 0)


@pytest.mark.django_db(transaction=True)
def test_racing_first_readings_of_new_people_make_each_pot_once(at: datetime) -> None:
    people = [a_person() for _ in range(5)]

    def lock(n: int) -> int:
        with transaction.atomic():
            return len(movements.lock_funds([p.pk for p in people[:: -1 if n % 2 else 1]], []))

    assert race(lock, 20) == [5] * 20
    assert Pot.objects.filter(owner__in=people).count() == 15
