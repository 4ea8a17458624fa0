"""What we ask of the outside, in our words. ``settings.ENGINES`` names who answers.

Instants are aware UTC; amounts are integer cents of the lower-case ``currency``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from payouts.ports.events import OutsideEvent


class PaymentState(StrEnum):
    """How far the card payment is."""

    WAITING = "waiting"
    REFUSED = "refused"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    CANCELED = "canceled"
    SUCCEEDED = "succeeded"


@dataclass(frozen=True)
class CheckoutOrder:
    """What a hosted page should ask for."""

    top_up_id: UUID
    client_id: UUID
    email: str
    amount_cents: int
    currency: str
    title: str
    success_url: str
    cancel_url: str
    expires_at: datetime


@dataclass(frozen=True)
class Settlement:
    """A charge as it reached our balance."""

    transaction_id: str
    payment_id: str | None
    kind: str
    gross_cents: int
    fee_cents: int
    currency: str
    at: datetime


@dataclass(frozen=True)
class Payment:
    """A card payment, as its service has it now.

    ``card_fingerprint`` is the same for one card wherever it is used, and is no part of its number.
    ``card_label``: how people call the card. ``bank_url``: where the bank asks its question.
    ``env``, ``top_up_id`` and ``client_id`` are what it was told when it was made.
    """

    id: str
    state: PaymentState
    amount_cents: int
    received_cents: int
    currency: str
    livemode: bool
    env: str
    top_up_id: str
    client_id: str = ""
    made_at: datetime | None = None
    refusal_code: str = ""
    refused_charge_id: str = ""
    settlement: Settlement | None = None
    card_fingerprint: str = ""
    card_label: str = ""
    bank_url: str = ""


@dataclass(frozen=True)
class Checkout:
    """A hosted page. ``payment`` is None until somebody tried to pay."""

    id: str
    url: str
    is_expired: bool
    expires_at: datetime
    payment: Payment | None = None


class CardCharger(Protocol):
    """Whatever can take money from a card."""

    def open_checkout(self, order: CheckoutOrder, *, key: str) -> Checkout:
        """Open a hosted page, once per ``key``.

        :raises ChargerRefused: final.
        :raises ChargerUnreachable: unknown; the same key may be sent again.
        """

    def checkout(self, checkout_id: str) -> Checkout:
        """The page as it is now, with its payment.

        :raises ChargerRefused: there is none.
        :raises ChargerUnreachable: try again.
        """

    def payment(self, payment_id: str) -> Payment:
        """The payment as it is now, with its settlement.

        :raises ChargerRefused: there is none.
        :raises ChargerUnreachable: try again.
        """

    def events_since(self, since: datetime, types: list[str]) -> Iterator[OutsideEvent]:
        """What happened since then, newest first.

        :raises ChargerUnreachable: try again.
        """
