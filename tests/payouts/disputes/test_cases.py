"""Cases 49 to 53 of money.md §5: nobody gets back more than they paid, and nothing is lost."""

from __future__ import annotations

from datetime import datetime

import pytest

from backend.accounts.models import AuditEntry
from backend.core.errors import Conflict
from backend.ledger import movements, refundables
from backend.ledger.errors import MoreThanWasPaid
from backend.ledger.models import Movement
from payouts.dispute_states import Outcome
from payouts.disputes.errors import Overtaken
from payouts.models import Decision
from tests.backend.ledger.conftest import everything, mature, pay_out, race, reader_pots
from tests.payouts.disputes.conftest import DAY, HOUR, Court, a_court


@pytest.mark.django_db(transaction=True)
def test_case_49_of_two_admins_at_once_one_wins_and_the_other_is_told(at: datetime) -> None:
    court = a_court(at)
    version = court.open().version
    admins = [court.admin, court.other_admin]

    def decide(n: int) -> object:
        try:
            return court.decide(Outcome.FULL, by=admins[n], version=version)
        except Conflict as refused:
            return refused

    answers = race(decide, 2)

    (lost,) = [answer for answer in answers if isinstance(answer, Overtaken)]
    assert lost.status == 409
    assert Decision.objects.get().cents == 3_990
    assert court.money() == ({"cash": 3_990}, {})
    court.assert_sound()


def test_case_49_a_second_refund_and_one_above_the_captured_are_refused(court: Court) -> None:
    court.open()
    before = everything()
    with pytest.raises(MoreThanWasPaid) as refused:
        court.decide(Outcome.CUSTOM, cents=3_991)
    assert (refused.value.status, refused.value.left_cents) == (409, 3_990)
    assert everything() == before

    court.decide(Outcome.CUSTOM, cents=3_000)
    court.appeal(court.client)
    before = everything()
    with pytest.raises(MoreThanWasPaid) as refused:
        court.decide(Outcome.CUSTOM, cents=991, at=court.at + 4 * HOUR)
    assert refused.value.left_cents == 990
    assert everything() == before
    assert Decision.objects.count() == 1
    court.decide(Outcome.FULL, at=court.at + 4 * HOUR)
    assert court.money() == ({"cash": 3_990}, {})
    court.assert_sound()


def test_case_50_cents_given_back_one_by_one_stay_exact_on_both_shares(court: Court) -> None:
    court.open()
    court.decide(Outcome.CUSTOM, cents=1)
    court.appeal(court.client)
    court.decide(Outcome.CUSTOM, cents=1, at=court.at + 4 * HOUR)

    paid = refundables.paid_for(court.session_id)
    assert paid
    assert (paid.refunded_cents, paid.refunded_split_cents) == (2, 2)
    # 70 % of 3988, rounded down once and not twice.
    assert court.money() == ({"cash": 2}, {"pending": 3_988 * 7 // 10})
    court.assert_sound()


def test_case_51_after_the_payout_the_readers_share_becomes_a_debt(court: Court) -> None:
    mature(court.at + DAY)
    pay_out(court.reader, court.at + DAY)
    court.open(at=court.at + 2 * DAY)
    assert court.seen().frozen_cents == 0

    court.decide(Outcome.FULL, at=court.at + 2 * DAY + HOUR)

    assert court.money() == ({"cash": 3_990}, {"receivable": -2_793})
    court.assert_sound()


def test_case_52_a_rejected_case_releases_what_it_froze_and_writes_an_audit_row(
    court: Court,
) -> None:
    court.open()
    assert reader_pots(court.reader) == {"disputed": 2_793}

    court.decide(Outcome.REJECT)

    assert court.money() == ({}, {"pending": 2_793})
    back = Movement.objects.filter(kind__startswith="refund")
    assert not back.exists()
    (entry,) = AuditEntry.objects.filter(about=f"dispute:{court.seen().pk}")
    assert (entry.act, entry.actor) == ("dispute.decide", court.admin)
    assert (entry.facts["outcome"], entry.facts["cents"]) == ("reject", 0)
    court.assert_sound()


@pytest.mark.parametrize("bank_first", [True, False])
def test_case_53_a_bank_that_takes_the_same_money_back_leaves_a_debt_and_no_gain(
    court: Court, bank_first: bool
) -> None:
    payment = Movement.objects.get(kind="top_up")
    chargeback = movements.Chargeback(
        dispute_id="dp_1",
        payment_intent_id=payment.key.split(":")[1],
        cents=court.cents,
    )

    def bank() -> None:
        later = court.at + 5 * HOUR
        movements.freeze_chargeback(chargeback=chargeback, client=court.client, at=later)
        movements.lose_chargeback(chargeback=chargeback, client=court.client, at=later)

    court.open()
    if bank_first:
        bank()
    court.decide(Outcome.FULL)
    if not bank_first:
        bank()

    # The bank returned all of it, so nothing of it may be left here, and nothing is owed.
    assert court.money() == ({}, {})
    court.assert_sound()
