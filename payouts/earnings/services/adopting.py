"""Transfers of ours that our books have lost: a database restored from before they were sent.

The money has left, so it is booked as what it was: a payout to that reader, whether its row is
gone or merely younger than it was. The same earnings can then not be paid a second time.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction

from backend.accounts.models import Role, User
from backend.core import ids
from backend.ledger import movements
from backend.ledger import selectors as ledger
from payouts.models import ConnectAccount, Payout, PayoutRun
from payouts.payout_states import RETRIABLE, PayoutState, RunKind, RunState
from payouts.ports import Transfer
from payouts.services import issues
from payouts.words import money

log = structlog.get_logger(__name__)
# Of these no row says that money is under way; if it is, the row forgot.
FORGETFUL: Final = frozenset({PayoutState.QUEUED}) | RETRIABLE


@transaction.atomic
def adopt(*, payout_id: UUID, transfer: Transfer, at: datetime) -> Payout | None:
    """Write the payout of a transfer again; None when nobody we know got it.

    Of a reader who has another payout of that date, that one carries it, unless it was sent too.
    """
    reader = _reader_of(transfer)
    if reader is None:
        _set_aside(transfer, "which is no account of a reader whom we know", at)
        return None
    User.objects.select_for_update(no_key=True).get(pk=reader.pk)
    date = transfer.made_at.date()
    rows = Payout.objects.select_for_update().filter(reader=reader)
    known = rows.filter(period_date=date).first()
    if known and known.state not in FORGETFUL:
        _set_aside(transfer, f"and {known.transfer_id or 'another'} pays that date too", at)
        return None
    payout = known or Payout(
        pk=payout_id,
        run=_run_of(transfer, at),
        reader=reader,
        period_date=date,
        created_at=transfer.made_at,
        currency=settings.CURRENCY,
    )
    return carry(payout, reader=reader, transfer=transfer, at=at)


@transaction.atomic
def carry(payout: Payout, *, reader: User, transfer: Transfer, at: datetime) -> Payout:
    """Record that ``transfer`` carries this payout, of which no row says that it began."""
    if payout.state == PayoutState.REFUSED:
        payout.attempt += 1
    before = ledger.earnings_of(reader.pk)
    movements.recover_payout(
        payout_id=payout.pk, n=payout.attempt, reader=reader, cents=transfer.amount_cents, at=at
    )
    movements.book_transfer(
        payout_id=payout.pk, transfer_id=transfer.id, cents=transfer.amount_cents, at=at
    )
    payout.amount_cents, payout.destination = transfer.amount_cents, transfer.destination
    payout.transfer_id, payout.sent_at, payout.due_at = transfer.id, transfer.made_at, None
    payout.reason = payout.reason_text = ""
    payout.state, payout.state_since = PayoutState.SENT, at
    payout.save()
    log.warning("payout_found", payout_id=str(payout.pk), transfer_id=transfer.id)
    missing = transfer.amount_cents - before.payable_cents - before.pending_cents
    if missing > 0:
        _tell_of_debt(transfer, reader, missing, at)
    return payout


def _reader_of(transfer: Transfer) -> User | None:
    """Whom it was meant for: as it says itself, else whose account it went to."""
    readers = User.objects.filter(role=Role.READER)
    account = ConnectAccount.objects.filter(account_id=transfer.destination).first()
    named = ids.parsed(transfer.reader_id) or (account and account.reader_id)
    return readers.filter(pk=named).first() if named else None


def _run_of(transfer: Transfer, at: datetime) -> PayoutRun:
    """A run that did all that is found of one date; it is done."""
    made: Final = {"state": RunState.DONE, "began_at": transfer.made_at, "ended_at": at}
    known = PayoutRun.objects.filter(kind=RunKind.FOUND, date=transfer.made_at.date()).first()
    return known or PayoutRun.objects.create(
        kind=RunKind.FOUND, date=transfer.made_at.date(), due_at=at, **made
    )


def _set_aside(transfer: Transfer, why: str, at: datetime) -> None:
    movements.suspend_outflow(
        key=f"tr:{transfer.id}",
        about=f"tr:{transfer.id}",
        cents=transfer.amount_cents,
        reason="a transfer of nobody",
        at=at,
    )
    issues.raise_once(
        kind="transfer_of_nobody",
        external_id=transfer.id,
        text=f"{transfer.id} sent {money(transfer.amount_cents)} to {transfer.destination}, {why}. "
        "It is set aside: find out whose it is.",
        at=at,
    )


def _tell_of_debt(transfer: Transfer, reader: User, cents: int, at: datetime) -> None:
    issues.raise_once(
        kind="payout_ahead",
        external_id=transfer.id,
        text=f"{transfer.id} paid {reader.display_name} {money(cents)} more than these books know "
        "of: earned in the time that was lost. It stands as their debt until made good.",
        at=at,
    )
