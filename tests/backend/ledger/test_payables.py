from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.accounts.models import Role, User
from backend.ledger import movements, payables, refundables, selectors
from backend.ledger.models import Lot
from tests.backend.ledger.conftest import DAY, a_person, fund, mature, pay_out, read


def test_readers_due_are_those_with_the_minimum_in_pages(client_: User, at: datetime) -> None:
    readers = sorted((a_person(Role.READER) for _ in range(4)), key=lambda r: r.pk)
    for reader, cents in zip(readers, (2_142, 2_143, 3_000, 5_000), strict=True):
        read(client_, reader, at, cash_cents=cents)
    mature(at + DAY)

    page = payables.due(minimum_cents=1_500, limit=2)
    assert page == [payables.Due(readers[1].pk, 1_500), payables.Due(readers[2].pk, 2_100)]
    rest = payables.due(minimum_cents=1_500, after=page[-1].reader_id)
    assert rest == [payables.Due(readers[3].pk, 3_500)]
    assert payables.due_in_all(minimum_cents=1_500) == (3, 7_100)


def test_nobody_is_due_with_nothing(client_: User, reader: User, at: datetime) -> None:
    read(client_, reader, at, cash_cents=1_000)
    mature(at + DAY)
    pay_out(reader, at + DAY)

    assert payables.due(minimum_cents=0) == []


def test_what_matures_until_tonight_leaves_out_the_disputed_and_the_held(
    client_: User, reader: User, at: datetime
) -> None:
    ids = [read(client_, reader, at, cash_cents=cents) for cents in (1_000, 100, 10)]
    read(client_, reader, at + timedelta(seconds=1), cash_cents=500)
    movements.freeze_lot(case_id=uuid4(), about=f"session:{ids[1]}", at=at)
    Lot.objects.filter(about=f"session:{ids[2]}").update(matures_at=None)

    assert payables.maturing_cents(reader.pk, until=at + DAY) == 700
    assert payables.maturing_cents(a_person().pk, until=at + DAY) == 0


def test_tonight_pays_what_is_payable_by_then_less_what_is_owed(
    client_: User, reader: User, at: datetime
) -> None:
    first = read(client_, reader, at, cash_cents=1_000)
    mature(at + DAY)
    pay_out(reader, at + DAY)
    refund = movements.Refund(uuid4(), 1, first, 1_000, movements.Bearer.SPLIT)
    movements.refund_reading(refund=refund, at=at + DAY)
    read(client_, reader, at + DAY, cash_cents=500)
    assert selectors.earnings_of(reader.pk) == selectors.Earnings(350, 0, 0, 0, debt_cents=700)
    assert payables.expected_cents(reader.pk, until=at + 2 * DAY) == 0

    read(client_, reader, at + DAY, cash_cents=1_000)
    assert payables.expected_cents(reader.pk, until=at + 2 * DAY) == 350
    mature(at + 2 * DAY)
    assert payables.expected_cents(reader.pk, until=at + 2 * DAY) == 350
    states = payables.lots_of(reader.pk).values_list("earned_cents", "refunded_cents")
    assert list(states) == [(700, 0), (350, 0), (700, 700)]


def test_a_statement_names_readings_refunds_and_payouts_and_nothing_between_pots(
    client_: User, reader: User, at: datetime
) -> None:
    session_id = read(client_, reader, at, cash_cents=1_000, free_cents=50)
    movements.freeze_lot(case_id=session_id, about=f"session:{session_id}", at=at)
    movements.release_lot(case_id=session_id, about=f"session:{session_id}", at=at)
    mature(at + DAY)
    payout_id = pay_out(reader, at + DAY)
    refund = movements.Refund(uuid4(), 1, session_id, 100, movements.Bearer.SPLIT)
    movements.refund_reading(refund=refund, at=at + 2 * DAY, reason="between staff")
    movements.reverse_transfer(payout_id=payout_id, reversal_id="trr_1", cents=30, at=at + 3 * DAY)

    lines = payables.statement(reader.pk, since=at, until=at + 9 * DAY)

    reading, payout = f"session:{session_id}", f"payout:{payout_id}"
    assert [(line.label, line.about, line.cents, line.gross_cents) for line in lines] == [
        ("Reading", reading, 750, 1_000),
        ("Payout", payout, -750, 0),
        ("Refund", reading, -70, 0),
        ("Payout taken back", payout, 30, 0),
    ]
    assert not any(line.words for line in lines)
    totals = payables.totals(reader.pk, since=at, until=at + 9 * DAY)
    assert totals == payables.Totals(gross_cents=1_000, net_cents=680, paid_cents=720)


def test_a_statement_begins_with_since_and_ends_before_until(
    client_: User, reader: User, at: datetime
) -> None:
    for day in range(3):
        read(client_, reader, at + day * DAY, cash_cents=100)

    lines = payables.statement(reader.pk, since=at + DAY, until=at + 2 * DAY)

    assert [line.at for line in lines] == [at + DAY]
    empty = payables.totals(reader.pk, since=at + 9 * DAY, until=at + 10 * DAY)
    assert empty == payables.Totals(0, 0, 0)


def test_a_statement_is_of_one_reader(client_: User, reader: User, at: datetime) -> None:
    read(client_, a_person(Role.READER), at, cash_cents=100)
    fund(client_, 500, at)

    assert payables.statement(reader.pk, since=at, until=at + DAY) == []


def test_what_a_reading_cost_is_known_by_its_parts(
    client_: User, reader: User, at: datetime
) -> None:
    session_id = read(client_, reader, at, cash_cents=600, promo_cents=400, free_cents=9)
    refund = movements.Refund(uuid4(), 1, session_id, 100, movements.Bearer.PLATFORM)
    movements.refund_reading(refund=refund, at=at)

    with CaptureQueriesContext(connection) as asked:
        paid = refundables.paid_for(session_id)

    assert paid == refundables.Paid(
        client_id=client_.pk,
        reader_id=reader.pk,
        gross_cents=1_000,
        reader_cents=700,
        cash_cents=600,
        held_cents=0,
        refunded_cents=100,
        refunded_cash_cents=100,
        refunded_split_cents=0,
    )
    assert len(asked) == 3
    assert refundables.paid_for(uuid4()) is None
