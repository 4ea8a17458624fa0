"""Sums by the day: kept by night or counted now, they are the same."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from backend.accounts.models import User
from backend.core import clock
from backend.core.ids import uuid7
from backend.ledger import figures, movements, tasks
from backend.ledger.models import AuditRun, DayFigure
from backend.ledger.movements import Capture, Hold
from tests.backend.ledger.conftest import fund, read

DAY = timedelta(days=1)


def _minute(client: User, reader: User, at: datetime) -> None:
    """A minute for $3.99, of which $1.20 stay with us."""
    session = uuid7()
    movements.post_readings([Hold(session, 1, client.pk, 0, 399)], at=at)
    movements.post_readings([Capture(session, client.pk, reader.pk, 60, 279, 120, 0, 399)], at=at)


def test_kept_days_say_what_a_fresh_count_says(client_: User, reader: User, at: datetime) -> None:
    fund(client_, 5_000, at - 3 * DAY)
    for ago in (3, 1, 1, 0):
        _minute(client_, reader, at - ago * DAY)
    movements.send_gift(
        gift_id=uuid4(), sender=client_, reader=reader, price_cents=200, words="A rose", at=at
    )
    counted = figures.by_day(days=5, at=at)

    with clock.frozen(at):
        assert tasks.keep_figures() > 0
    assert figures.by_day(days=5, at=at) == counted
    assert [day.volume_cents for day in counted] == [0, 399, 0, 798, 599]
    assert [day.take_cents for day in counted] == [0, 120, 0, 240, 180]
    assert (counted[1].top_ups_cents, counted[4].gifts_cents) == (5_000, 200)


def test_a_late_movement_is_counted_the_next_night(
    client_: User, reader: User, at: datetime
) -> None:
    fund(client_, 5_000, at - 9 * DAY)
    figures.keep(at=at)
    _minute(client_, reader, at - DAY)
    assert figures.by_day(days=2, at=at)[0].volume_cents == 0

    figures.keep(at=at + DAY)
    figures.keep(at=at + DAY)
    assert [day.volume_cents for day in figures.by_day(days=3, at=at + DAY)] == [399, 0, 0]
    assert DayFigure.objects.filter(kind="capture", gross_cents=399).count() == 1


def test_everything_sums_to_nothing_and_the_last_audit_is_remembered(
    client_: User, reader: User, at: datetime
) -> None:
    fund(client_, 5_000, at)
    _minute(client_, reader, at)
    assert figures.proof() == figures.Proof(0, None, 0)

    with clock.frozen(at):
        tasks.audit_nightly()
    assert (figures.proof().holds, figures.proof().last_at) == (True, at)
    figures.keep_audit(at=at + DAY, findings=["a pot is overdrawn: pot 7"])
    proof = figures.proof()
    assert (proof.holds, proof.last_findings, proof.sum_cents) == (False, 1, 0)
    assert AuditRun.objects.count() == 2


def test_readers_that_could_be_paid_are_counted(client_: User, reader: User, at: datetime) -> None:
    read(client_, reader, at, cash_cents=3_000)
    assert figures.payable(at_least_cents=1_500) == figures.Payable(0, 0)

    movements.mature_due(at=at + DAY)
    assert figures.payable(at_least_cents=1_500) == figures.Payable(1, 2_100)
    assert figures.payable(at_least_cents=2_101) == figures.Payable(0, 0)
