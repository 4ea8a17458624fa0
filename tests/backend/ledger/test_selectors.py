from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from backend.accounts.models import User
from backend.core.ids import uuid7
from backend.ledger import movements, selectors
from backend.ledger.movements import Capture, Hold, Release
from backend.ledger.selectors import CaptureLine
from tests.backend.ledger.conftest import a_person, fund

MINUTE = timedelta(minutes=1)


def read_for_two_minutes(client: User, reader: User, at: datetime) -> str:
    session = uuid7()
    movements.post_readings([Hold(session, 1, client.pk, 0, 798)], at=at)
    steps = [
        Capture(session, client.pk, reader.pk, 60, 279, 120, 0, 0),
        Capture(session, client.pk, reader.pk, 100, 186, 80, 0, 0),
    ]
    for number, step in enumerate(steps, 1):
        movements.post_readings([step], at=at + number * MINUTE)
    movements.post_readings([Release(session, client.pk, 0, 133)], at=at + 2 * MINUTE)
    return str(session)


def test_a_reading_is_one_line_and_the_balance_runs(
    client_: User, reader: User, at: datetime
) -> None:
    fund(client_, 2_000, at)
    session = read_for_two_minutes(client_, reader, at)
    fund(client_, 500, at + 9 * MINUTE)

    rows = selectors.activity_of(client_.pk)

    assert [(r.kind, r.amount_cents, r.balance_cents) for r in rows] == [
        ("top_up", 500, 1_835),
        ("capture", -665, 1_335),
        ("top_up", 2_000, 2_000),
    ]
    assert (rows[1].about, rows[1].at) == (f"session:{session}", at + 2 * MINUTE)
    assert rows[1].label == "Reading"
    assert rows[0].balance_cents == selectors.balance_of(client_.pk).cash_cents


def test_a_reader_sees_what_a_reading_earned(client_: User, reader: User, at: datetime) -> None:
    fund(client_, 2_000, at)
    read_for_two_minutes(client_, reader, at)

    [row] = selectors.activity_of(reader.pk)

    assert (row.amount_cents, row.balance_cents) == (465, 465)


def test_activity_is_read_page_by_page(client_: User, at: datetime) -> None:
    for cents in (500, 600, 700):
        fund(client_, cents, at)

    first = selectors.activity_of(client_.pk, limit=2)
    rest = selectors.activity_of(client_.pk, limit=2, before_seq=first[-1].seq)

    assert [row.amount_cents for row in first + rest] == [700, 600, 500]
    assert rest[0].balance_cents == 500


def test_nobody_sees_the_lines_of_another(client_: User, reader: User, at: datetime) -> None:
    stranger = a_person()
    fund(client_, 2_000, at)
    read_for_two_minutes(client_, reader, at)

    assert selectors.activity_of(stranger.pk) == []
    assert selectors.balance_of(stranger.pk) == selectors.Balance(0, 0, 0, 0)
    assert selectors.earnings_of(stranger.pk) == selectors.Earnings(0, 0, 0, 0)


def test_captures_of_a_reading_are_its_receipt_lines(
    client_: User, reader: User, at: datetime
) -> None:
    fund(client_, 5_000, at)
    session = uuid7()
    movements.post_readings([Hold(session, 1, client_.pk, 0, 1_000)], at=at)
    for billable_s in (120, 60, 600):
        step = Capture(session, client_.pk, reader.pk, billable_s, 70, 30, 0, 0)
        movements.post_readings([step], at=at)

    lines = selectors.captures_of(session)

    assert lines == [CaptureLine(at, s, 100, 70) for s in (60, 120, 600)]
    assert selectors.captures_of(uuid4()) == []


def test_a_capture_too_small_for_the_reader_is_still_a_line(
    client_: User, reader: User, at: datetime
) -> None:
    fund(client_, 500, at)
    session = uuid7()
    movements.post_readings([Hold(session, 1, client_.pk, 0, 1)], at=at)
    movements.post_readings([Capture(session, client_.pk, reader.pk, 1, 0, 1, 0, 0)], at=at)

    assert selectors.captures_of(session) == [CaptureLine(at, 1, 1, 0)]
