from __future__ import annotations

from typing import Any

import pytest

from backend.accounts.models import Role
from backend.core.errors import Forbidden, InvalidInput, NotFound
from backend.ledger.errors import SamePerson
from backend.notifications.models import Notification
from payouts.dispute_states import BearerOf, DisputeState, Outcome, SignatureState
from payouts.disputes.errors import NotOpen, Overtaken, SignatureWaits
from payouts.disputes.services import decisions
from payouts.disputes.verdicts import Verdict
from payouts.models import Decision, SignatureRequest
from tests.backend.ledger.conftest import a_person, everything
from tests.payouts.disputes.conftest import HOUR, Court, a_court


def test_two_minutes_come_back_at_the_frozen_rate_and_both_are_told(court: Court) -> None:
    court.open()

    decision = court.decide(Outcome.MINUTES, minutes=2)

    assert isinstance(decision, Decision)
    assert decision.words_to_client == (
        "Two minutes came back, $7.98. The rest of the reading stands. You may appeal once."
    )
    assert decision.words_to_reader == (
        "$7.98 went back to the client, $5.59 of it from your earnings. "
        "What was frozen beside it is yours again. You may appeal once."
    )
    assert court.seen().state == DisputeState.DECIDED
    assert court.money() == ({"cash": 798}, {"pending": 2_793 - 559})
    told = Notification.objects.filter(kind="dispute", body=decision.words_to_client)
    assert [notice.user for notice in told] == [court.client]
    court.assert_sound()


@pytest.mark.parametrize(
    ("bearer", "reader_cents"),
    [(BearerOf.PLATFORM, 2_793), (BearerOf.READER, 2_793 - 1_000), (BearerOf.SPLIT, 2_093)],
)
def test_who_bears_it_decides_what_the_reader_keeps(
    court: Court, bearer: BearerOf, reader_cents: int
) -> None:
    court.open()
    court.decide(Outcome.CUSTOM, cents=1_000, bearer=bearer)

    assert court.money() == ({"cash": 1_000}, {"pending": reader_cents})
    court.assert_sound()


def test_a_preview_shows_the_very_lines_and_leaves_nothing(court: Court) -> None:
    dispute, verdict = court.open(), Verdict(Outcome.FULL, reason="x")
    before, version = everything(), dispute.version
    shown = decisions.preview(
        dispute_id=dispute.pk, by=court.admin, verdict=verdict, at=court.at + HOUR
    )

    assert everything() == before
    assert (shown.cents, shown.max_cents, shown.needs_second) == (3_990, 3_990, False)
    assert shown.version == version == court.seen().version
    assert [(line.debit, line.credit, line.cents) for line in shown.lines] == [
        ("reader_disputed", "client_wallet", 2_793),
        ("refunds_contra", "client_wallet", 1_197),
    ]
    assert shown.sums_cents == {"client": 3_990, "reader": -2_793, "platform": -1_197}
    rejected = decisions.preview(
        dispute_id=dispute.pk, by=court.admin, verdict=Verdict(Outcome.REJECT), at=court.at + HOUR
    )
    assert [(line.debit, line.credit) for line in rejected.lines] == [
        ("reader_disputed", "reader_pending")
    ]


def test_a_large_decision_waits_for_another_admin(db: None, at: Any) -> None:
    court = a_court(at, cents=20_000)
    dispute, before = court.open(), None
    before = everything()
    asked = court.decide(Outcome.FULL)
    assert isinstance(asked, SignatureRequest)
    assert everything() == before
    with pytest.raises(SignatureWaits):
        court.decide(Outcome.REJECT)
    with pytest.raises(SamePerson):
        decisions.approve(dispute_id=dispute.pk, by=court.admin, at=at + HOUR)
    assert everything() == before

    decision = decisions.approve(dispute_id=dispute.pk, by=court.other_admin, at=at + HOUR)

    assert (decision.decided_by, decision.second_by) == (court.admin, court.other_admin)
    assert court.money() == ({"cash": 20_000}, {})
    court.assert_sound()


def test_a_second_admin_may_say_no_and_the_case_goes_on(db: None, at: Any) -> None:
    court = a_court(at, cents=20_000)
    dispute = court.open()
    court.decide(Outcome.FULL)

    decisions.refuse(dispute_id=dispute.pk, by=court.other_admin, reason="Too much", at=at + HOUR)

    assert SignatureRequest.objects.get().state == SignatureState.REFUSED
    with pytest.raises(NotFound):
        decisions.approve(dispute_id=dispute.pk, by=court.other_admin, at=at + HOUR)
    court.decide(Outcome.MINUTES, minutes=1)
    assert court.money()[0] == {"cash": 399}
    court.assert_sound()


def test_case_72_nobody_but_an_admin_decides_and_no_side_its_own_case(court: Court) -> None:
    court.open()
    before = everything()
    judge_and_party = court.client
    judge_and_party.role = Role.ADMIN
    judge_and_party.save(update_fields=["role"])

    for by in (court.reader, judge_and_party, a_person(), a_person(Role.READER)):
        with pytest.raises(Forbidden):
            court.decide(Outcome.FULL, by=by)
    assert everything() == before
    assert court.seen().state == DisputeState.OPEN


def test_what_does_not_fit_is_refused_and_moves_nothing(court: Court) -> None:
    court.open()
    before = everything()
    refused: list[tuple[type[Exception], Outcome, dict[str, Any]]] = [
        (InvalidInput, Outcome.MINUTES, {"minutes": 11}),
        (InvalidInput, Outcome.MINUTES, {}),
        (InvalidInput, Outcome.CUSTOM, {"cents": 0}),
        (InvalidInput, Outcome.FULL, {"words_to_client": "x" * 501}),
        (Overtaken, Outcome.FULL, {"version": 7}),
    ]
    for error, outcome, what in refused:
        with pytest.raises(error):
            court.decide(outcome, **what)
    assert everything() == before
    court.decide()
    with pytest.raises(NotOpen):
        court.decide()
