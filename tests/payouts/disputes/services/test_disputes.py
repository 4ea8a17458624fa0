from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from backend.core.errors import Conflict, InvalidInput, NotFound
from backend.ledger.models import Movement
from backend.notifications.models import Notification
from payouts.dispute_states import MOVES, DisputeState, Outcome
from payouts.disputes import selectors
from payouts.disputes.errors import (
    AlreadyDisputed,
    NothingToDispute,
    NotOpen,
    Overtaken,
    TooManyStatements,
    WindowClosed,
)
from payouts.disputes.services import disputes, rows, statements
from payouts.models import Dispute, Statement
from tests.backend.ledger.conftest import a_person, everything, race, reader_pots
from tests.payouts.disputes.conftest import DAY, HOUR, Court, a_court

WINDOW = timedelta(hours=72)


def test_opening_freezes_that_readings_earnings_and_tells_both_and_staff(court: Court) -> None:
    dispute = court.open()

    assert reader_pots(court.reader) == {"disputed": 2_793}
    assert (dispute.gross_cents, dispute.reader_cents, dispute.frozen_cents) == (
        3_990,
        2_793,
        2_793,
    )
    told = Notification.objects.order_by("id").values_list("user", "title")
    assert dict(told) == {
        court.client.pk: "Your case has arrived",
        court.reader.pk: "A client asked us to look at a reading",
        court.admin.pk: "A case was opened",
        court.other_admin.pk: "A case was opened",
    }
    assert list(selectors.queue("open")) == [dispute]
    assert list(selectors.open_abouts()) == [dispute.about]
    court.assert_sound()


@pytest.mark.django_db(transaction=True)
def test_of_ten_that_open_at_once_one_case_is_made(at: datetime) -> None:
    court = a_court(at)

    def attempt(n: int) -> object:
        try:
            return court.open(key=f"k{n}").pk
        except Conflict as refused:
            return refused

    answers = race(attempt, 10)

    assert len([one for one in answers if isinstance(one, AlreadyDisputed)]) == 9
    assert Dispute.objects.count() == Movement.objects.filter(kind="lot_frozen").count() == 1


def test_the_same_key_opens_the_same_case(court: Court) -> None:
    first = court.open()
    before = everything()

    assert court.open() == first
    with pytest.raises(AlreadyDisputed) as refused:
        court.open(key="another")
    assert refused.value.extra == {"dispute_id": str(first.pk)}
    assert everything() == before


def test_a_case_is_opened_in_time_by_its_client_about_something_paid(court: Court) -> None:
    before = everything()
    with pytest.raises(WindowClosed):
        court.open(at=court.at + WINDOW + timedelta(seconds=1))
    for text in ("", "   ", "x" * 2_001):
        with pytest.raises(InvalidInput):
            court.open(text=text)
    payer, court.client = court.client, a_person()
    with pytest.raises(NothingToDispute):
        court.open()
    court.client = payer
    assert everything() == before
    court.open(at=court.at + WINDOW)
    court.decide(Outcome.FULL)
    Dispute.objects.all()[0].decisions.all().delete()
    Dispute.objects.all().delete()
    with pytest.raises(NothingToDispute):
        court.open(key="again")


def test_both_sides_add_statements_while_it_is_open(court: Court) -> None:
    dispute = court.open()
    for n in range(5):
        statements.add(dispute_id=dispute.pk, by=court.reader, text=f"No {n}", at=court.at + HOUR)
    statements.add(dispute_id=dispute.pk, by=court.client, text="Yes", at=court.at + HOUR)

    with pytest.raises(TooManyStatements):
        statements.add(dispute_id=dispute.pk, by=court.reader, text="No", at=court.at + HOUR)
    with pytest.raises(NotFound):
        statements.add(dispute_id=dispute.pk, by=a_person(), text="?", at=court.at + HOUR)
    court.decide()
    with pytest.raises(NotOpen):
        statements.add(dispute_id=dispute.pk, by=court.client, text="?", at=court.at + HOUR)
    assert list(Statement.objects.values_list("side", flat=True)) == ["reader"] * 5 + ["client"]


@pytest.mark.parametrize("side", ["client", "reader"])
def test_either_side_appeals_once_and_the_second_decision_is_final(court: Court, side: str) -> None:
    person = getattr(court, side)
    court.open()
    with pytest.raises(NotOpen):
        court.appeal(person)
    court.decide(Outcome.MINUTES, minutes=2)

    court.appeal(person)

    assert reader_pots(court.reader) == {"disputed": 2_793 - 559}
    assert court.seen().appealed_by == side
    with pytest.raises(NotOpen):
        court.appeal(court.client)
    court.decide(Outcome.REJECT, at=court.at + 4 * HOUR)
    assert court.money() == ({"cash": 798}, {"pending": 2_793 - 559})
    assert court.seen().state == DisputeState.CLOSED
    assert not selectors.open_abouts()
    for again in (lambda: court.appeal(court.reader), court.decide):
        with pytest.raises(NotOpen):
            again()
    court.assert_sound()


def test_a_decision_that_nobody_appeals_closes_after_a_week(court: Court) -> None:
    court.open()
    court.decide()
    week = court.at + 2 * HOUR + 7 * DAY

    assert disputes.close_due(at=week) == 0
    with pytest.raises(WindowClosed):
        court.appeal(court.client, at=week + timedelta(seconds=1))
    assert reader_pots(court.reader) == {"pending": 2_793}
    assert disputes.close_due(at=week + timedelta(seconds=1)) == 1
    assert court.seen().state == DisputeState.CLOSED


@pytest.mark.parametrize("before", DisputeState)
@pytest.mark.parametrize("after", DisputeState)
def test_a_case_moves_along_the_table_only(
    court: Court, before: DisputeState, after: DisputeState
) -> None:
    dispute = court.open()
    until = None if before is DisputeState.OPEN else court.at + DAY
    Dispute.objects.update(state=before, appeal_until=until)
    dispute.refresh_from_db()

    if after in MOVES[before]:
        rows.move(dispute, after, at=court.at + DAY, appeal_until=court.at + DAY)
        assert court.seen().state == after
    else:
        with pytest.raises(Overtaken):
            rows.move(dispute, after, at=court.at + DAY)
        assert court.seen().state == before
