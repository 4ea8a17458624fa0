"""What the ledger says of a reading, to hold the pages against."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from backend.core import clock
from backend.ledger import audit
from backend.ledger import selectors as ledger
from backend.ledger.split import split
from live.models import ReadingSession
from readers import pricing


@dataclass(frozen=True)
class Account:
    """One reading as it is posted: cents paid, earned, and held still."""

    paid_cents: int
    earned_cents: int
    held_cents: int
    billed_s: int
    state: str
    reason: str


def of(session_id: UUID) -> Account:
    """Read the row and its captures, and prove what must hold of both at any moment."""
    session = ReadingSession.objects.get(pk=session_id)
    lines = ledger.captures_of(session_id)
    assert sum(line.cents for line in lines) == session.captured_cents
    assert sum(line.reader_cents for line in lines) == session.reader_total_cents
    return Account(
        paid_cents=session.captured_cents,
        earned_cents=session.reader_total_cents,
        held_cents=ledger.balance_of(session.client_id).held_cents,
        billed_s=session.billable_s,
        state=session.state,
        reason=session.reason,
    )


def settled(session_id: UUID) -> Account:
    """The same once it is over: nothing held, the price of its seconds paid, 70 % the reader's."""
    account = of(session_id)
    session = ReadingSession.objects.get(pk=session_id)
    price = pricing.price(
        seconds=account.billed_s,
        rate_cents=session.rate_per_minute_cents,
        increment_s=session.increment_s,
        free_s=session.free_s,
    )
    assert account.held_cents == 0
    assert account.paid_cents == price
    assert account.earned_cents == split(account.paid_cents).reader_cents
    assert audit.proofs(clock.now()) == []
    return account
