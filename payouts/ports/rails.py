"""What carries money from us to readers, and their accounts there.

Instants are aware UTC; amounts are integer cents of the lower-case ``currency``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True)
class TransferOrder:
    """What to send, where to. The same order is sent again under the same key."""

    payout_id: UUID
    reader_id: UUID
    amount_cents: int
    currency: str
    destination: str


@dataclass(frozen=True)
class Reversal:
    """A part of a transfer that came back."""

    id: str
    amount_cents: int


@dataclass(frozen=True)
class Transfer:
    """Money that was sent, as the rail has it now. ``payout_id`` is empty if it names none.

    ``reader_id``: whom it was meant for, where it says so.
    """

    id: str
    payout_id: str
    amount_cents: int
    currency: str
    destination: str
    livemode: bool
    made_at: datetime
    reader_id: str = ""
    reversals: tuple[Reversal, ...] = ()

    @property
    def reversed_cents(self) -> int:
        return sum(reversal.amount_cents for reversal in self.reversals)


class PayoutRail(Protocol):
    """Whatever can carry money from us to a reader's account."""

    def send(self, order: TransferOrder, *, key: str) -> Transfer:
        """Send once per ``key``.

        :raises RailShort: final: we have too little there; nobody was paid.
        :raises RailRefused: final; ``reason`` says why.
        :raises RailUnreachable: unknown; the same key may be sent again.
        """

    def sent_for(self, payout_id: UUID) -> list[Transfer]:
        """Every transfer of one payout.

        :raises RailUnreachable: try again.
        """

    def transfer(self, transfer_id: str) -> Transfer:
        """A transfer as it is now, with all that came back of it.

        :raises RailUnknown: there is none.
        :raises RailUnreachable: try again.
        """

    def available_cents(self, currency: str) -> int:
        """What we could send at once.

        :raises RailUnreachable: try again.
        """


@dataclass(frozen=True)
class AccountOrder:
    """A reader's account to be opened."""

    reader_id: UUID
    email: str
    display_name: str
    country: str


@dataclass(frozen=True)
class Account:
    """A reader's account as Stripe has it now.

    ``refusal``: why it may not be paid, in Stripe's code, else empty. ``currently_due``: what
    Stripe asks the reader for, in Stripe's names.
    """

    id: str
    can_receive: bool
    payouts_enabled: bool
    is_submitted: bool
    is_closed: bool
    refusal: str
    currently_due: tuple[str, ...]
    due_by: datetime | None
    country: str
    currency: str


@dataclass(frozen=True)
class Way:
    """A page at Stripe that opens once. ``refresh_url``: where it leads once it is used up."""

    account_id: str
    refresh_url: str
    return_url: str


class ConnectAccounts(Protocol):
    """Whatever keeps readers' accounts and asks readers who they are."""

    def open(self, order: AccountOrder, *, key: str) -> Account:
        """Open an account, once per ``key``.

        :raises RailRefused: final.
        :raises RailUnreachable: unknown; the same key may be sent again.
        """

    def account(self, account_id: str) -> Account:
        """An account as it is now.

        :raises RailUnknown: it does not exist, or cut us off.
        :raises RailUnreachable: try again.
        """

    def onboarding_url(self, way: Way) -> str:
        """A new single-use address of the page where a reader gives what is missing.

        :raises RailUnknown: there is no such account.
        :raises RailRefused: final.
        :raises RailUnreachable: try again.
        """
