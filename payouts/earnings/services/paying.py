"""One payout, step by step, each step safe to die after (cases 60 to 70).

1. The row is there, committed, before anything else happens.
2. The account is looked up again; the money is put on its way (movement 9) and the row says where
   to; committed.
3. Stripe is asked, outside any transaction, under a key made of the row.
4. The transfer is booked (movement 10), or its definite refusal (movement 11).

An outcome that is unknown stays in flight. ``resolve`` looks for a transfer first and asks again
only when there is none: under the same key while Stripe keeps it, else under the next one.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction

from backend.accounts.models import User
from backend.core import engines
from backend.ledger import movements
from backend.ledger.errors import BelowMinimum
from payouts.earnings import eligibility, selectors, words
from payouts.earnings.eligibility import Obstacle
from payouts.earnings.services import booking, choosing, connect
from payouts.earnings.words import Why
from payouts.errors import RailRefused, RailShort, RailUnreachable
from payouts.models import Payout
from payouts.payout_states import PayoutState
from payouts.ports import PayoutRail, TransferOrder
from payouts.services import issues

log = structlog.get_logger(__name__)
# Stripe may forget a key after a day; well before, the next one is used, after a look.
KEY_LIVES: Final = timedelta(hours=23)
FIRST_LOOK: Final = timedelta(minutes=2)
LOOKS_DOUBLED_MAX: Final = 5  # from then on about every hour
LOOKS_TOLD: Final = 8


class Outcome(StrEnum):
    """What became of one payout that was tried."""

    SENT = "sent"
    NOT_PAID = "not_paid"
    SHORT = "short"
    UNKNOWN = "unknown"
    FAILED = "failed"  # something about this one, which says nothing of the others


def pay(*, payout_id: UUID, at: datetime) -> Outcome:
    """Pay a queued payout; one that is not queued any more is left alone.

    Not atomic as a whole: see above.
    """
    payout = Payout.objects.get(pk=payout_id)
    if payout.state != PayoutState.QUEUED:
        return Outcome.NOT_PAID
    try:
        connect.refresh(reader_id=payout.reader_id, at=at)
    except RailRefused:
        return Outcome.FAILED
    except RailUnreachable:
        return Outcome.UNKNOWN
    started = _start(payout_id=payout_id, at=at)
    return _ask(started, at) if started else Outcome.NOT_PAID


def resolve(*, payout_id: UUID, at: datetime) -> Outcome:
    """Find out what became of a payout in flight: look for its transfer, else ask again."""
    payout = Payout.objects.get(pk=payout_id)
    if payout.state != PayoutState.STARTED:
        return Outcome.NOT_PAID
    rail: PayoutRail = engines.load("payout_rail")
    try:
        found = rail.sent_for(payout_id)
    except RailUnreachable:
        return _look_later(payout, at)
    for transfer in found:
        booking.book(payout_id=payout_id, transfer=transfer, at=at)
    if found:
        payout.refresh_from_db()
        return Outcome.SENT if payout.state == PayoutState.SENT else _look_later(payout, at)
    return _ask(_with_a_live_key(payout, at), at)


@transaction.atomic
def _start(*, payout_id: UUID, at: datetime) -> Payout | None:
    """Put the money on its way (movement 9); None when something stands in the way."""
    payout = Payout.objects.select_for_update().get(pk=payout_id)
    if payout.state != PayoutState.QUEUED:
        return None
    reader, terms = User.objects.get(pk=payout.reader_id), selectors.terms_of(payout.reader_id)
    account = selectors.account_of(payout.reader_id)
    obstacle = eligibility.obstacle(reader, account, terms, at)
    if obstacle or account is None:
        _wait(payout, obstacle, at)
        return None
    try:
        started = movements.start_payout(
            payout_id=payout.pk,
            n=payout.attempt,
            reader=reader,
            minimum_cents=eligibility.threshold_cents(terms),
            at=at,
        )
    except BelowMinimum as below:
        _wait(payout, eligibility.below(below.payable_cents, terms), at)
        return None
    payout.amount_cents, payout.destination = started.gross_cents, str(account.account_id)
    payout.asked_at, payout.due_at = at, at + FIRST_LOOK
    _move(payout, PayoutState.STARTED, at)
    return payout


def _wait(payout: Payout, obstacle: Obstacle | None, at: datetime) -> None:
    stands = obstacle or Obstacle(Why.NO_ACCOUNT, words.explain(Why.NO_ACCOUNT))
    payout.reason, payout.reason_text = stands.code, stands.text[:200]
    _move(payout, PayoutState.WAITED, at)
    if stands.why is not Why.BELOW:
        choosing.tell_why(payout, at)


def _ask(payout: Payout, at: datetime) -> Outcome:
    rail: PayoutRail = engines.load("payout_rail")
    order = TransferOrder(
        payout_id=payout.pk,
        reader_id=payout.reader_id,
        amount_cents=payout.amount_cents,
        currency=payout.currency.lower(),
        destination=payout.destination,
    )
    try:
        transfer = rail.send(order, key=key_of(payout))
    except RailShort as short:
        _put_back(payout_id=payout.pk, refusal=short, at=at)
        return Outcome.SHORT
    except RailRefused as refusal:
        _put_back(payout_id=payout.pk, refusal=refusal, at=at)
        return Outcome.NOT_PAID
    except RailUnreachable as unknown:
        return _look_later(payout, at, spent_key=unknown.spent_key)
    booking.book(payout_id=payout.pk, transfer=transfer, at=at)
    return Outcome.SENT


def key_of(payout: Payout) -> str:
    """Under which key Stripe is asked: made of the row, another for each try."""
    first = f"payout:{payout.pk}:{payout.attempt}"
    return first if payout.key_number == 1 else f"{first}:a{payout.key_number}"


@transaction.atomic
def _put_back(*, payout_id: UUID, refusal: RailRefused, at: datetime) -> None:
    """Bring the money of a definite refusal back (movement 11).

    When it is we who lack the funds, the payout stays queued as it was, for its next try.
    """
    payout = Payout.objects.select_for_update().get(pk=payout_id)
    if payout.state != PayoutState.STARTED:
        return
    movements.refuse_payout(
        payout_id=payout.pk, n=payout.attempt, at=at, reason=refusal.reason or refusal.code
    )
    if isinstance(refusal, RailShort):
        payout.attempt += 1
        payout.key_number, payout.looks = 1, 0
        payout.asked_at = payout.due_at = None
        payout.destination = ""
        _move(payout, PayoutState.QUEUED, at)
        return
    payout.reason, payout.reason_text = Why.TRANSFER, words.explain(Why.TRANSFER)
    payout.due_at = None
    _move(payout, PayoutState.REFUSED, at)
    log.warning("payout_refused", payout_id=str(payout.pk), why=refusal.reason)
    choosing.tell_why(payout, at)


@transaction.atomic
def _with_a_live_key(payout: Payout, at: datetime) -> Payout:
    """The payout under a key that Stripe still keeps; no transfer of it exists."""
    locked = Payout.objects.select_for_update().get(pk=payout.pk)
    if locked.asked_at and at - locked.asked_at >= KEY_LIVES:
        locked.key_number, locked.asked_at = locked.key_number + 1, at
        locked.save(update_fields=["key_number", "asked_at"])
    return locked


@transaction.atomic
def _look_later(payout: Payout, at: datetime, *, spent_key: bool = False) -> Outcome:
    """Leave it in flight. A key that keeps a failure gives way to the next, asked after a look."""
    locked = Payout.objects.select_for_update().get(pk=payout.pk)
    if locked.state != PayoutState.STARTED:
        return Outcome.NOT_PAID
    if spent_key and locked.key_number == payout.key_number:
        locked.key_number, locked.asked_at = locked.key_number + 1, at
    locked.due_at = at + FIRST_LOOK * 2 ** min(locked.looks, LOOKS_DOUBLED_MAX)
    locked.looks += 1
    locked.save()
    if locked.looks >= LOOKS_TOLD:
        issues.raise_once(
            kind="payout_unknown",
            external_id=str(locked.pk),
            text=f"Nobody can say whether payout {locked.pk} was sent. It is still looked for.",
            at=at,
        )
    return Outcome.UNKNOWN


def _move(payout: Payout, to: PayoutState, at: datetime) -> None:
    """Move the locked row, and keep it."""
    payout.state, payout.state_since = to, at
    payout.save()
    log.info("payout_moved", payout_id=str(payout.pk), state=to.value, cents=payout.amount_cents)
