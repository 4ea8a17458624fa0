"""What we do about Stripe's events of readers' accounts and of transfers.

An event is a hint that something changed; nothing in it is believed but the id, and the account
that it is about.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, cast

from backend.accounts.announcements import EmailChanged
from backend.accounts.models import Role, User
from backend.core.announcements import on
from backend.inbox.models import ExternalEvent
from backend.inbox.registry import NotForUs, handles
from backend.notifications.services import notify
from payouts.earnings.services import booking, connect, holds
from payouts.errors import RailUnknown
from payouts.models import ConnectAccount
from payouts.ports import Account, Transfer
from payouts.services.convergence import is_live

ACCOUNT_TYPES: Final = [
    "account.updated",
    "capability.updated",
    "account.application.deauthorized",
]
BANK_TYPES: Final = ["account.external_account.created", "account.external_account.updated"]
CORE_TYPES: Final = [
    "v2.core.account.updated",
    "v2.core.account.closed",
    "v2.core.account[requirements].updated",
    "v2.core.account[configuration.recipient].updated",
    "v2.core.account[configuration.recipient].capability_status_updated",
    "v2.core.account_link.returned",
]
TRANSFER_TYPES: Final = ["transfer.created", "transfer.reversed", "transfer.updated"]


def fetch_account(event: ExternalEvent) -> Account | None:
    """The account that an event is about, as it is now; None when it is gone."""
    _check_mode(event)
    account_id = event.account or event.object_id
    if not ConnectAccount.objects.filter(account_id=account_id).exists():
        raise NotForUs("no account of a reader")
    return connect.ask(account_id)


def converge_account(event: ExternalEvent, *, at: datetime) -> None:
    """An account changed, or is gone."""
    connect.apply(
        account_id=event.account or event.object_id,
        account=cast("Account | None", event.fetched),
        at=at,
    )


def converge_bank(event: ExternalEvent, *, at: datetime) -> None:
    """A reader named another bank account at Stripe."""
    made = cast("dict[str, int]", event.payload)["created"]
    connect.bank_changed(
        account_id=event.account, changed_at=datetime.fromtimestamp(made, UTC), at=at
    )
    converge_account(event, at=at)


def fetch_transfer(event: ExternalEvent) -> Transfer:
    """The transfer that an event is about, with all that came back of it."""
    _check_mode(event)
    try:
        return booking.ask_transfer(event.object_id)
    except RailUnknown as error:
        raise NotForUs("Stripe does not know this transfer") from error


def converge_transfer(event: ExternalEvent, *, at: datetime) -> None:
    """A transfer was made, or came back."""
    if not booking.apply(transfer=cast("Transfer", event.fetched), at=at):
        raise NotForUs("no payout of ours")


def tell_of_failed_payout(event: ExternalEvent, *, at: datetime) -> None:
    """A reader's bank sent a payout of Stripe's back: the money is in their Stripe balance."""
    _check_mode(event)
    row = ConnectAccount.objects.filter(account_id=event.account).first() if event.account else None
    if row is None:
        raise NotForUs("no account of a reader")
    notify(
        user_id=row.reader_id,
        kind="payout",
        title="Your bank sent a payout back",
        body="The money is in your Stripe account. Check your bank details there.",
        url="/earnings/",
        at=at,
    )


def _check_mode(event: ExternalEvent) -> None:
    if event.livemode != is_live():
        raise NotForUs("the other mode")


for _type in ACCOUNT_TYPES:
    handles("stripe", _type, fetch=fetch_account)(converge_account)
for _type in BANK_TYPES:
    handles("stripe", _type, fetch=fetch_account)(converge_bank)
for _type in CORE_TYPES:
    handles("stripe_thin", _type, fetch=fetch_account)(converge_account)
for _type in TRANSFER_TYPES:
    handles("stripe", _type, fetch=fetch_transfer)(converge_transfer)
handles("stripe", "payout.failed")(tell_of_failed_payout)


@on(EmailChanged)
def hold_after_another_address(fact: EmailChanged) -> None:
    """Whoever takes over an account changes its address first: payouts wait for two days."""
    if User.objects.filter(pk=fact.user_id, role=Role.READER).exists():
        holds.hold(
            reader_id=fact.user_id,
            until=fact.at + holds.AFTER_A_CHANGE,
            reason="your e-mail address changed",
            at=fact.at,
        )
