"""What moved in our balance at the payment service, and what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class BalanceTransaction:
    """One movement of our balance there (``txn_…``). Amounts are signed cents; ``fee_cents`` is
    what the service kept: the balance changed by ``cents - fee_cents``.

    ``kind`` and ``category`` are the service's own words. ``source_id``: its object behind it,
    or empty; ``payment_id``: the payment of a charge.
    """

    id: str
    kind: str
    category: str
    source_id: str
    payment_id: str
    cents: int
    fee_cents: int
    currency: str
    at: datetime
    words: str = ""

    @property
    def net_cents(self) -> int:
        return self.cents - self.fee_cents


class PlatformBalance(Protocol):
    """Whatever keeps our balance."""

    def transactions_since(self, since: datetime) -> Iterator[BalanceTransaction]:
        """Everything that moved since then, newest first.

        :raises ChargerUnreachable: try again.
        """

    def total_cents(self, currency: str) -> int:
        """What it holds now, available or still pending; below zero when we owe.

        :raises ChargerUnreachable: try again.
        """
