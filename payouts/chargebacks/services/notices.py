"""Who is told what about banks: staff have a task with a day, the client hears it plainly."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from backend.core.templatetags.money import money
from backend.notifications.services import notify, notify_staff
from payouts.chargeback_states import INQUIRIES, ChargebackState
from payouts.models import Chargeback, PaymentWarning

_ENDS = {
    ChargebackState.WON: "The bank decided for us. What was frozen is the client's again. "
    "Their money stays stopped until you let it move.",
    ChargebackState.LOST: "The bank keeps the money. What was not frozen, the client owes.",
    ChargebackState.CLOSED: "The bank closed it without a decision. No money has moved.",
}


def opened(case: Chargeback, at: datetime) -> None:
    """A bank asks, or takes: staff have to answer by a day."""
    takes = "asks about" if case.state in INQUIRIES else "takes back"
    _task(case, f"A bank {takes} {money(case.amount_cents)} of {case.client}", at)


def escalated(case: Chargeback, at: datetime) -> None:
    """What the bank only asked about, it takes now: a new day to answer by."""
    _task(case, f"A bank now takes back {money(case.amount_cents)} of {case.client}", at)


def taken(case: Chargeback, at: datetime) -> None:
    """Tell the client what stands still, and why."""
    notify(
        user_id=case.client_id,
        kind="account",
        title="Your bank has asked for a payment back",
        body=f"It is about {money(case.amount_cents)} that you added. What is left of it is frozen "
        "until the bank decides, and readings, gifts and withdrawals wait until our team has "
        "looked. If you did not ask for this, write to us.",
        url="/wallet/",
        at=at,
    )


def decided(case: Chargeback, at: datetime) -> None:
    """The bank has spoken."""
    notify_staff(
        title=f"{case.get_state_display()}: {money(case.amount_cents)} of {case.client}",
        body=_ENDS[ChargebackState(case.state)],
        url=_url(case),
        at=at,
    )


def warned(warning: PaymentWarning, at: datetime) -> None:
    """A payment may be a fraud: somebody has to look."""
    notify_staff(
        title=f"{warning.get_kind_display()}: {money(warning.amount_cents)} of {warning.client}",
        body="What the client had left of it is frozen. Clear it, or pay it back to the card "
        "before the bank takes it.",
        url=f"/staff/bank-disputes/warnings/{warning.pk}/",
        at=at,
    )


def let_go(client_id: UUID, at: datetime) -> None:
    """The client's money moves again."""
    notify(
        user_id=client_id,
        kind="account",
        title="Your money moves again",
        body="We have looked at your account. Readings, gifts and withdrawals are open to you.",
        url="/wallet/",
        at=at,
    )


def _task(case: Chargeback, title: str, at: datetime) -> None:
    until = f"The bank takes an answer until {case.due_at:%-d %B %Y, %H:%M} UTC. "
    notify_staff(
        title=title,
        body=f"{until if case.due_at else ''}Look at what they received, and send it.",
        url=_url(case),
        at=at,
    )


def _url(case: Chargeback) -> str:
    return f"/staff/bank-disputes/{case.pk}/"
