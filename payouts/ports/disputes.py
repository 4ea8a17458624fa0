"""What banks say about payments, and what we say back, in our words.

Amounts are integer cents of the lower-case ``currency``; instants are aware UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class BankMove:
    """What one dispute did to our balance: ``cents`` below zero were taken, above it given back.

    ``fee_cents`` below zero is a fee that came back.
    """

    transaction_id: str
    cents: int
    fee_cents: int


@dataclass(frozen=True)
class BankDispute:
    """A dispute as the payment service has it now. ``status`` is the service's own word.

    ``answers``: how often we have sent evidence.
    """

    id: str
    payment_id: str
    status: str
    reason: str
    amount_cents: int
    currency: str
    livemode: bool
    opened_at: datetime
    due_at: datetime | None
    answers: int
    moves: tuple[BankMove, ...] = ()


@dataclass(frozen=True)
class BankWarning:
    """A warning of fraud or a review, as the payment service has it now.

    ``is_open``: something can still be done about the payment. ``outcome``: how a review ended.
    """

    id: str
    is_review: bool
    payment_id: str
    reason: str
    is_open: bool
    livemode: bool
    outcome: str = ""


@dataclass(frozen=True)
class Evidence:
    """What we tell a bank: fields by the service's names, and one document."""

    fields: Mapping[str, str]
    pdf: bytes


class BankDisputes(Protocol):
    """Whatever carries words between banks and us."""

    def dispute(self, dispute_id: str) -> BankDispute:
        """The dispute as it is now.

        :raises NotThere: there is none.
        :raises ChargerUnreachable: try again.
        """

    def warning(self, warning_id: str) -> BankWarning:
        """The warning or review as it is now.

        :raises NotThere: there is none.
        :raises ChargerUnreachable: try again.
        """

    def answer(self, dispute_id: str, evidence: Evidence, *, key: str) -> BankDispute:
        """Send the evidence for good, once per ``key``; the dispute as it is then.

        :raises ChargerRefused: final; the dispute takes no evidence (any more).
        :raises ChargerUnreachable: unknown; the same key may be sent again.
        """

    def give_in(self, dispute_id: str, *, key: str) -> BankDispute:
        """Accept that the dispute is lost; it cannot be taken back.

        :raises ChargerRefused: final; it is decided already.
        :raises ChargerUnreachable: unknown; the same key may be sent again.
        """

    def refund(self, payment_id: str, cents: int, *, key: str) -> str:
        """Give money back to the card it came from, once per ``key``; the refund's id.

        :raises ChargerRefused: final; it is refunded or disputed already.
        :raises ChargerUnreachable: unknown; the same key may be sent again.
        """
