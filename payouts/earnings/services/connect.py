"""A reader's account at Stripe: opened once, looked at again whenever something hints at a change.

Stripe is asked outside any transaction, then the row is locked and the answer applied. What is
older than what we have is dropped.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction

from backend.accounts.models import User
from backend.core import engines
from backend.notifications.services import notify
from payouts.earnings import words
from payouts.earnings.services import holds
from payouts.errors import RailUnknown, RailUnreachable
from payouts.models import ConnectAccount
from payouts.ports import Account, AccountOrder, ConnectAccounts, Way

log = structlog.get_logger(__name__)
RETURN_PATH: Final = "/earnings/onboarding/return/"
REFRESH_PATH: Final = "/earnings/onboarding/again/"
_COPIED: Final = (
    *("can_receive", "payouts_enabled", "is_submitted", "refusal", "country", "currency", "due_by"),
)
_Ending = ConnectAccount.Ending


def start(*, reader: User, at: datetime, change: bool = False) -> str:
    """The address of a page at Stripe that opens once, where the reader gives what is missing.

    Opens an account first if there is none. ``change``: leave the present account and open
    another; payouts then wait for two days from the moment it is ready.
    Not atomic as a whole: the row is committed before Stripe is asked.
    :raises RailRefused: final.
    :raises RailUnreachable: unknown; ask again.
    """
    row = _begin(reader=reader, at=at, change=change)
    accounts: ConnectAccounts = engines.load("connect_accounts")
    if not row.account_id:
        row = _opened(row, _open(accounts, row, reader), at)
    way = Way(
        account_id=str(row.account_id),
        refresh_url=f"{settings.SITE_URL}{REFRESH_PATH}",
        return_url=f"{settings.SITE_URL}{RETURN_PATH}",
    )
    return accounts.onboarding_url(way)


def ask(account_id: str) -> Account | None:
    """The account as Stripe has it now; None when it is gone or cut us off. Not in a transaction.

    :raises RailUnreachable: try again.
    """
    accounts: ConnectAccounts = engines.load("connect_accounts")
    try:
        return accounts.account(account_id)
    except RailUnknown:
        return None


def refresh(*, reader_id: UUID, at: datetime) -> ConnectAccount | None:
    """Look a reader's present account up again; it as it is now, None when there is none.

    :raises RailUnreachable: try again.
    """
    present = ConnectAccount.objects.filter(reader_id=reader_id, ended_at=None)
    row = present.exclude(account_id=None).first()
    if row is None or row.account_id is None:
        return None
    return apply(account_id=row.account_id, account=ask(row.account_id), at=at)


@transaction.atomic
def apply(*, account_id: str, account: Account | None, at: datetime) -> ConnectAccount | None:
    """Bring our row to what Stripe said (asked at ``at``); None when the account is not ours.

    ``account`` None: it is gone.
    """
    rows = ConnectAccount.objects.select_for_update(of=("self",))
    row = rows.filter(account_id=account_id).first()
    if row is None or row.ended_at or (row.checked_at and row.checked_at > at):
        return row
    if account is None or account.is_closed:
        return _end(row, _Ending.CLOSED if account else _Ending.DEAUTHORIZED, at)
    could, row.checked_at = row.can_receive, at
    for name in _COPIED:
        setattr(row, name, getattr(account, name))
    row.is_submitted = account.is_submitted or bool(row.ready_at)
    row.refusal = row.refusal[:64]
    row.currently_due = [name[:120] for name in account.currently_due]
    if row.can_receive and row.ready_at is None:
        _ready(row, at)
    elif could and not row.can_receive:
        _tell(row, "Stripe has paused your payouts", words.asked_for(row.currently_due), at)
    row.save()
    return row


@transaction.atomic
def bank_changed(*, account_id: str, changed_at: datetime, at: datetime) -> None:
    """Hold payouts for two days: the reader's bank account is another since they were set up."""
    row = ConnectAccount.objects.filter(account_id=account_id, ready_at__lt=changed_at).first()
    if row is None:
        return
    until, because = changed_at + holds.AFTER_A_CHANGE, "your bank account changed"
    holds.hold(reader_id=row.reader_id, until=until, reason=because, at=at)
    _tell(row, "Your bank account changed", words.held(until, because), at)


@transaction.atomic
def _begin(*, reader: User, at: datetime, change: bool) -> ConnectAccount:
    # The reader's row is the queue in which two clicks stand.
    User.objects.select_for_update(no_key=True).get(pk=reader.pk)
    newest = ConnectAccount.objects.filter(reader=reader).order_by("-number").first()
    if newest and not newest.ended_at:
        if not (change and newest.account_id):
            return newest
        _end(newest, _Ending.CLOSED, at, tell=False)
    return ConnectAccount.objects.create(
        reader=reader,
        number=newest.number + 1 if newest else 1,
        api=settings.CONNECT_API,
        created_at=at,
    )


def _open(accounts: ConnectAccounts, row: ConnectAccount, reader: User) -> Account:
    order = AccountOrder(
        reader_id=reader.pk,
        email=reader.email,
        display_name=reader.display_name,
        country=settings.CONNECT_COUNTRY,
    )
    try:
        return accounts.open(order, key=f"connect:{reader.pk}:{row.number}:{row.key_number}")
    except RailUnreachable as unknown:
        if unknown.spent_key:
            ConnectAccount.objects.filter(pk=row.pk, key_number=row.key_number).update(
                key_number=row.key_number + 1
            )
        raise


@transaction.atomic
def _opened(row: ConnectAccount, account: Account, at: datetime) -> ConnectAccount:
    ConnectAccount.objects.filter(pk=row.pk, account_id=None).update(account_id=account.id)
    return apply(account_id=account.id, account=account, at=at) or row


def _ready(row: ConnectAccount, at: datetime) -> None:
    row.ready_at = at
    body = "Your earnings go out every night at 02:00 UTC."
    if row.number > 1:
        until = at + holds.AFTER_A_CHANGE
        because = "your payout account changed"
        holds.hold(reader_id=row.reader_id, until=until, reason=because, at=at)
        body = words.held(until, because)
    _tell(row, "You are set up for payouts", body, at)


def _end(
    row: ConnectAccount, ending: ConnectAccount.Ending, at: datetime, *, tell: bool = True
) -> ConnectAccount:
    row.ended_at, row.ending = at, ending
    row.can_receive = row.payouts_enabled = False
    row.save()
    log.info("connect_account_ended", account_id=row.account_id, ending=ending.value)
    if tell:
        _tell(row, "Your payouts have stopped", words.explain(words.Why.ENDED), at)
    return row


def _tell(row: ConnectAccount, title: str, body: str, at: datetime) -> None:
    notify(user_id=row.reader_id, kind="payout", title=title, body=body, url="/earnings/", at=at)
