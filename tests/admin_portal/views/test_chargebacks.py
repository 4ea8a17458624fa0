"""Banks' disputes and warnings, as staff see and answer them, over the real stand-in."""

from __future__ import annotations

import pytest
from django.test import Client

from backend.accounts.models import AuditEntry
from backend.accounts.services import traces
from payouts.chargebacks.errors import BankStillDecides
from payouts.models import Chargeback, PaymentWarning
from tests.payouts.chargebacks.conftest import Bank, bank
from tests.payouts.conftest import Till, at, client_user, sandbox, stripe, stripe_process, till

__all__ = ["at", "bank", "client_user", "sandbox", "stripe", "stripe_process", "till"]
pytestmark = [pytest.mark.sandbox, pytest.mark.django_db]
PAGE = "/staff/bank-disputes/"


def test_staff_see_the_pack_and_send_it_once(staff: Client, bank: Bank, till: Till) -> None:
    traces.note(user_id=till.client.pk, seen={"device": "a phone"}, at=till.at)
    payment = bank.paid()
    case = bank.dispute(payment)
    listed = staff.get(PAGE).content.decode()
    assert all(words in listed for words in (till.client.display_name, "$20.00", "Answer by"))
    here = f"{PAGE}{case.pk}/"
    shown = staff.get(here).content.decode()
    assert all(
        words in shown
        for words in ("Says it was not them", "Money stopped", "Send to the bank", "Device")
    )
    assert staff.get(f"{here}pack.pdf").content.startswith(b"%PDF")

    first = staff.post(f"{here}answer/", {"words": "She talked with Ana."}, follow=True)
    second = staff.post(f"{here}answer/", {"words": "Again."}, follow=True)

    assert "The bank has it now" in first.content.decode()
    assert "This has been answered" in second.content.decode()
    case.refresh_from_db()
    assert case.answer["uncategorized_text"] == "She talked with Ana."
    sent = till.stripe.v1.disputes.retrieve(case.dispute_id)
    assert sent.evidence_details.submission_count == 1
    assert sent.evidence.customer_email_address == till.client.email
    assert AuditEntry.objects.filter(act="chargeback.answer").count() == 1


def test_staff_let_the_money_move_again_once_the_bank_has_decided(
    staff: Client, bank: Bank
) -> None:
    case = bank.dispute(bank.paid())
    here = f"{PAGE}{case.pk}/let-go/"
    refused = staff.post(here, {"reason": "They called."}, follow=True)
    assert BankStillDecides.title in refused.content.decode()
    bank.decide(case, "won")
    assert staff.post(here, {"reason": " "}).status_code == 422
    done = staff.post(here, {"reason": "The bank agreed."}, follow=True).content.decode()
    assert "Their money moves again" in done
    bank.client.refresh_from_db()
    assert not bank.client.is_under_review


def test_giving_in_needs_a_reason_and_loses(staff: Client, bank: Bank) -> None:
    case = bank.dispute(bank.paid())
    here = f"{PAGE}{case.pk}/give-in/"
    assert staff.post(here, {}).status_code == 422
    assert Chargeback.objects.get().state == "open"
    assert "is lost" in staff.post(here, {"reason": "True."}, follow=True).content.decode()
    assert Chargeback.objects.get().state == "lost"
    assert "Lost" in staff.get(f"{PAGE}?view=decided").content.decode()


def test_staff_pay_a_suspicious_payment_back_or_clear_it(staff: Client, bank: Bank) -> None:
    payment = bank.paid()
    bank.spend(800)
    warning = bank.warn(payment)
    here = f"{PAGE}warnings/{warning.pk}/"
    shown = staff.get(here).content.decode()
    assert all(words in shown for words in ("unspent, $12.00", "all of it, $20.00", "spent $8.00"))
    assert staff.post(f"{here}refund/", {"much": "whole", "reason": ""}).status_code == 422
    assert PaymentWarning.objects.get().state == "open"
    done = staff.post(f"{here}refund/", {"much": "unspent", "reason": "Stolen."}, follow=True)
    assert "Paid back to the card" in done.content.decode()
    late = staff.post(f"{here}clear/", {"reason": "No."}, follow=True)
    assert "Somebody has decided this already" in late.content.decode()
    assert bank.pots() == {}
