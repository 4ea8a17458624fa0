"""Money that goes back to the card it came from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class RefundState(StrEnum):
    """How far a refund is. What succeeded may still fail, days later."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True)
class RefundOrder:
    """Give ``cents`` of one payment back. ``part_id`` is ours and finds it again."""

    part_id: UUID
    payment_id: str
    cents: int


@dataclass(frozen=True)
class CardRefundSeen:
    """A refund as the card service has it now. ``part_id`` is empty when we did not order it."""

    id: str
    payment_id: str
    cents: int
    currency: str
    state: RefundState
    part_id: str
    env: str


class CardRefunder(Protocol):
    """Whatever can give money back to a card."""

    def refund(self, order: RefundOrder, *, key: str) -> CardRefundSeen:
        """Give money back once per ``key``.

        :raises ChargerRefused: final; nothing goes back.
        :raises ChargerUnreachable: unknown; look it up, or send the same key again.
        """

    def payment_of(self, refund_id: str) -> str:
        """Which payment a refund belongs to; empty when it is none of a payment.

        :raises ChargerRefused: there is no such refund.
        :raises ChargerUnreachable: try again.
        """

    def refunds_of(self, payment_id: str) -> list[CardRefundSeen]:
        """Every refund of one payment, the oldest first.

        :raises ChargerUnreachable: try again.
        """
