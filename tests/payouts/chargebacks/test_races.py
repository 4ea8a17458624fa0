"""Two at once: webhooks of one dispute, and two of staff who decide the same."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from backend.core.errors import DomainError, IllegalMove
from backend.ledger.models import Movement
from backend.notifications.models import Notification
from payouts.chargeback_states import ChargebackState
from payouts.chargebacks.errors import AnswerOnItsWay
from payouts.chargebacks.services import answers, convergence, reviews, warnings
from payouts.models import Chargeback
from payouts.ports import Evidence
from tests import builders
from tests.payouts.chargebacks.conftest import Bank

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db(transaction=True)]
EVIDENCE = Evidence({"uncategorized_text": "They talked for an hour."}, b"%PDF-1.7 a document")


def _at_once(*acts: Callable[[], object]) -> list[str]:
    """Start them all at the same moment; what each came to: ``done`` or the refusal's name."""
    line = Barrier(len(acts))

    def one(act: Callable[[], object]) -> str:
        try:
            line.wait(10)
            act()
        except DomainError as refused:
            return type(refused).__name__
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(one, acts))


def test_four_webhooks_of_one_dispute_at_once_freeze_once(bank: Bank) -> None:
    payment = bank.paid()
    disputed = bank.till.sandbox.dispute(payment)
    dispute = convergence.ask(disputed["id"], at=bank.till.at)

    ends = _at_once(*[lambda: convergence.apply(dispute=dispute, at=bank.till.at)] * 4)

    assert ends == ["done"] * 4
    assert Chargeback.objects.count() == 1
    assert Movement.objects.filter(kind__in=["chargeback", "withheld"]).count() == 2
    assert bank.pots() == {"frozen": 2_000}
    assert Notification.objects.filter(user=bank.client, kind="account").count() == 1


def test_two_of_staff_who_answer_at_once_send_one_answer(bank: Bank) -> None:
    case = bank.dispute(bank.paid())
    admins = [builders.an_admin() for _ in range(2)]
    acts = [
        lambda by=by: answers.send(chargeback_id=case.pk, evidence=EVIDENCE, by=by, at=bank.till.at)
        for by in admins
    ]

    assert _at_once(*acts) == ["AnswerOnItsWay", "done"]

    case.refresh_from_db()
    assert (case.state, case.answer_tries) == (ChargebackState.ANSWERED, 1)
    sent = bank.till.stripe.v1.disputes.retrieve(case.dispute_id)
    assert sent.evidence_details.submission_count == 1
    with pytest.raises(AnswerOnItsWay):
        answers.send(chargeback_id=case.pk, evidence=EVIDENCE, by=admins[0], at=bank.till.at)


def test_two_of_staff_who_decide_about_a_warning_at_once_decide_once(bank: Bank) -> None:
    warning = bank.warn(bank.paid())
    admins = [builders.an_admin() for _ in range(2)]
    asked = {"warning_id": warning.pk, "reason": "seen", "at": bank.till.at}

    ends = _at_once(
        lambda: warnings.clear(by=admins[0], **asked),
        lambda: warnings.refund(by=admins[1], whole=False, **asked),
    )

    assert ends.count("done") == 1
    warning.refresh_from_db()
    refunds = bank.till.stripe.v1.refunds.list().data
    assert len(refunds) == (1 if warning.state == "refunded" else 0)
    assert bank.pots() == ({} if warning.state == "refunded" else {"wallet": 2_000})


def test_two_of_staff_who_lift_a_block_at_once_lift_it_once(bank: Bank) -> None:
    bank.decide(bank.dispute(bank.paid()), "won")
    admins = [builders.an_admin() for _ in range(2)]

    acts = [
        lambda by=by: reviews.end(client_id=bank.client.pk, by=by, reason="Won.", at=bank.till.at)
        for by in admins
    ]

    assert _at_once(*acts) == [IllegalMove.__name__, "done"]
    assert Notification.objects.filter(title="Your money moves again").count() == 1
