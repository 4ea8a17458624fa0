"""Cards that a client lets us keep: where they are kept, and taking money from one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from payouts.ports.cards import Payment


@dataclass(frozen=True)
class KeptCard:
    """A card as the vault shows it. ``fingerprint`` is the same for one card everywhere."""

    id: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int
    fingerprint: str


@dataclass(frozen=True)
class SetupOrder:
    """What the hosted page that saves a card should ask for. Nothing is charged there."""

    setup_id: UUID
    client_id: UUID
    customer_id: str
    success_url: str
    cancel_url: str
    expires_at: datetime


@dataclass(frozen=True)
class SetupPage:
    """The hosted page that saves a card."""

    id: str
    url: str
    expires_at: datetime


@dataclass(frozen=True)
class ChargeOrder:
    """One payment from a kept card. ``by_itself``: nobody is there whom a bank could ask."""

    top_up_id: UUID
    client_id: UUID
    customer_id: str
    card_id: str
    amount_cents: int
    currency: str
    return_url: str
    by_itself: bool


class CardVault(Protocol):
    """Whatever keeps cards, so that we never see a number."""

    def open_customer(self, client_id: UUID, email: str, *, key: str) -> str:
        """Make the drawer of one client, once per ``key``; its id.

        :raises ChargerRefused: final.
        :raises ChargerUnreachable: unknown; the same key may be sent again.
        """

    def open_page(self, order: SetupOrder, *, key: str) -> SetupPage:
        """Open a hosted page that saves a card, once per ``key``.

        :raises ChargerRefused: final.
        :raises ChargerUnreachable: unknown; the same key may be sent again.
        """

    def cards(self, customer_id: str) -> list[KeptCard]:
        """Every card in a drawer, the oldest first.

        :raises ChargerRefused: there is no such drawer.
        :raises ChargerUnreachable: try again.
        """

    def forget(self, card_id: str) -> None:
        """Remove a card for good. One that is gone already is fine.

        :raises ChargerUnreachable: unknown; try again.
        """

    def close_customer(self, customer_id: str) -> None:
        """Remove a drawer for good, with every card in it. One that is gone already is fine.

        :raises ChargerRefused: it stays.
        :raises ChargerUnreachable: unknown; try again.
        """


class SavedCardCharger(Protocol):
    """Whatever takes money from a kept card."""

    def charge(self, order: ChargeOrder, *, key: str) -> Payment:
        """Take the money once per ``key``; a refusal of the bank is a payment too, not an error.

        :raises ChargerRefused: final, and there is no payment.
        :raises ChargerUnreachable: unknown; the same key may be sent again.
        """

    def find(self, customer_id: str, top_up_id: UUID, *, since: datetime) -> Payment | None:
        """The payment made for a top-up, when its answer was lost; None: there is none.

        :raises ChargerUnreachable: try again.
        """

    def cancel(self, payment_id: str) -> Payment:
        """Give up a payment that waits for the bank; one that is over comes back as it is.

        :raises ChargerUnreachable: try again.
        """
