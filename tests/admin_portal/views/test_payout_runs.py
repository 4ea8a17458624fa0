"""Runs of payouts on staff pages: look, see what changed, confirm, watch, hold and lift."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.test import Client

from backend.accounts.models import AuditEntry, User
from backend.core import clock
from backend.ledger import movements
from payouts.models import ConnectAccount, Payout, PayoutRun, PayoutTerms
from tests import builders
from tests.backend.ledger.conftest import everything
from tests.payouts.earnings.conftest import earn

PAYOUTS = "/staff/payouts/"


def a_due_reader(cents: int, *, connected: bool = True) -> User:
    at = clock.now()
    reader = builders.a_reader(at=at, online=False).user
    earn(reader, cents, at=at)
    movements.mature_due(at=at)
    if connected:
        ConnectAccount.objects.create(
            reader=reader,
            api="v2",
            account_id=f"acct_{reader.pk}",
            can_receive=True,
            payouts_enabled=True,
            is_submitted=True,
            currency="usd",
            country="US",
            created_at=at,
            ready_at=at,
            checked_at=at,
        )
    return reader


@pytest.fixture
def due(db: None) -> User:
    return a_due_reader(2_000)


def order(staff: Client, count: int, cents: int) -> Any:
    """Confirm, having just signed in once more."""
    session = staff.session
    again = {"method": "password", "at": time.time(), "reauthenticated": True}
    session["account_authentication_methods"] += [again]
    session.save()
    return staff.post(f"{PAYOUTS}order/", {"count": count, "cents": cents}, follow=True)


def test_a_run_is_looked_at_confirmed_and_watched(staff: Client, root: User, due: User) -> None:
    other = a_due_reader(3_000, connected=False)
    before = everything()
    looked = staff.get(f"{PAYOUTS}plan/").content.decode()
    assert all(w in looked for w in ("$20.00", "$30.00", "no account at Stripe", "Pay $20.00"))
    assert everything() == before

    shown = order(staff, 1, 2_000).content.decode()

    assert "The run has begun" in shown
    run = PayoutRun.objects.get()
    assert (run.ordered_by, AuditEntry.objects.get().act) == (root, "payout_run.order")
    payout = Payout.objects.create(
        run=run,
        reader=other,
        period_date=run.date,
        state="waited",
        state_since=clock.now(),
        created_at=clock.now(),
        amount_cents=3_000,
        currency="USD",
        reason="no_account",
        reason_text="Tell Stripe where your money should go.",
    )
    rows = staff.get(f"{PAYOUTS}{run.pk}/?state=waited").content.decode()
    assert "no account at Stripe" in rows
    assert "Try again" in rows
    assert staff.get(PAYOUTS, {"q": other.email}).context["readers"][0] == other
    assert (
        "Queued again" in staff.post(f"{PAYOUTS}retry/{payout.pk}/", follow=True).content.decode()
    )
    refused = staff.post(f"{PAYOUTS}retry/{payout.pk}/", follow=True).content.decode()
    assert "nothing to try again" in refused
    assert everything() == before


def test_a_page_that_was_left_open_pays_nothing_else_than_it_showed(
    staff: Client, due: User
) -> None:
    a_due_reader(5_000)

    shown = order(staff, 1, 2_000).content.decode()

    assert "Something changed since you looked" in shown
    assert "+$50.00" in shown
    assert not PayoutRun.objects.exists()
    staff.post(f"{PAYOUTS}order/", {"count": "x"})
    assert not PayoutRun.objects.exists()


def test_confirming_wants_a_fresh_sign_in(staff: Client, due: User) -> None:
    answer = staff.post(f"{PAYOUTS}order/", {"count": 1, "cents": 2_000})

    assert answer.status_code == 302
    assert "reauthenticate" in answer.headers["Location"]
    assert not PayoutRun.objects.exists()


def test_a_readers_payouts_are_held_stopped_and_lifted(
    staff: Client, due: User, maya: User
) -> None:
    page = f"{PAYOUTS}readers/{due.pk}/"
    assert "$20.00" in staff.get(page).content.decode()
    assert staff.post(f"{page}hold/", {"hours": "0", "reason": "x"}).status_code == 422
    assert staff.post(f"{page}lift/", {"reason": ""}).status_code == 422
    nothing = staff.post(f"{page}lift/", {"reason": "x"}, follow=True).content.decode()
    assert "Nothing stops these payouts." in nothing

    staff.post(f"{page}hold/", {"hours": "48", "reason": "your bank changed"})
    assert "your bank changed" in staff.get(page).content.decode()
    staff.post(f"{page}hold/", {"reason": "a hint of fraud"})
    assert "Stopped until somebody lifts it" in staff.get(page).content.decode()
    staff.post(f"{page}lift/", {"reason": "It was a twin"})

    assert PayoutTerms.objects.get().stopped_at is None
    acts = list(AuditEntry.objects.order_by("id").values_list("act", flat=True))
    assert acts == ["payouts.hold", "payouts.stop", "payouts.lift"]
    assert staff.get(f"{PAYOUTS}readers/{maya.pk}/").status_code == 404
