"""Answering a bank: once, also when nobody knows how the first try ended."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.accounts.models import AuditEntry, User
from backend.core.errors import Forbidden, IllegalMove
from payouts.chargeback_states import ChargebackState
from payouts.chargebacks.errors import AnswerOnItsWay
from payouts.chargebacks.services import answers
from payouts.errors import ChargerRefused, ChargerUnreachable
from payouts.ports import Evidence
from tests.payouts.chargebacks.conftest import Bank

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db]
EVIDENCE = Evidence(
    {"uncategorized_text": "They talked for an hour.", "customer_name": "Client"},
    b"%PDF-1.7 a document",
)


def test_the_evidence_reaches_the_bank_with_its_document(bank: Bank, admin: User) -> None:
    case = bank.dispute(bank.paid())
    with pytest.raises(Forbidden):
        answers.send(chargeback_id=case.pk, evidence=EVIDENCE, by=bank.client, at=bank.till.at)

    case = answers.send(chargeback_id=case.pk, evidence=EVIDENCE, by=admin, at=bank.till.at)

    assert (case.state, case.answered_by) == (ChargebackState.ANSWERED, admin)
    assert len(case.answer["document_sha256"]) == 64
    sent = bank.till.stripe.v1.disputes.retrieve(case.dispute_id)
    assert sent.status == "under_review"
    assert sent.evidence.uncategorized_text == "They talked for an hour."
    assert str(sent.evidence.service_documentation).startswith("file_")
    assert AuditEntry.objects.get(act="chargeback.answer").actor == admin


@pytest.mark.parametrize("fault", ["500_after", "500_before"])
def test_an_answer_of_which_nobody_knows_is_looked_up_before_it_is_sent_again(
    bank: Bank, admin: User, fault: str
) -> None:
    case = bank.dispute(bank.paid())
    asked = {"chargeback_id": case.pk, "evidence": EVIDENCE, "by": admin}
    bank.till.sandbox.fault(fault, "POST /v1/disputes", times=1)
    with pytest.raises(ChargerUnreachable):
        answers.send(**asked, at=bank.till.at)
    with pytest.raises(AnswerOnItsWay):
        answers.send(**asked, at=bank.till.at + timedelta(minutes=1))

    case = answers.send(**asked, at=bank.till.at + timedelta(minutes=4))

    assert case.state == ChargebackState.ANSWERED
    details = bank.till.stripe.v1.disputes.retrieve(case.dispute_id).evidence_details
    assert details.submission_count == 1


def test_an_answer_that_is_refused_can_be_mended_and_sent(bank: Bank, admin: User) -> None:
    case = bank.dispute(bank.paid())
    asked = {"chargeback_id": case.pk, "by": admin, "at": bank.till.at}
    with pytest.raises(ChargerRefused):
        answers.send(evidence=Evidence(EVIDENCE.fields, b"no pdf"), **asked)
    case.refresh_from_db()
    assert case.may_be_answered

    assert answers.send(evidence=EVIDENCE, **asked).state == ChargebackState.ANSWERED


def test_giving_in_loses_the_dispute_once(bank: Bank, admin: User) -> None:
    case = bank.dispute(bank.paid())
    asked = {"chargeback_id": case.pk, "by": admin, "reason": "They are right."}
    bank.till.sandbox.fault("500_before", "POST /v1/disputes", times=1)

    case = answers.give_in(**asked, at=bank.till.at)

    assert case.state == ChargebackState.LOST
    assert bank.pots() == {}
    with pytest.raises(IllegalMove):
        answers.give_in(**asked, at=bank.till.at)
    with pytest.raises(AnswerOnItsWay):
        answers.send(chargeback_id=case.pk, evidence=EVIDENCE, by=admin, at=bank.till.at)
    bank.assert_sound()
