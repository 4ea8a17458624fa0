"""Our balance at Stripe: ``PlatformBalance``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from payouts.adapters import stripe_api
from payouts.adapters.stripe_api import ask, instant, pages
from payouts.ports import BalanceTransaction


class StripeBalance:
    """Reads what moved in the platform's own balance."""

    def __init__(self) -> None:
        self.client = stripe_api.client()

    def transactions_since(self, since: datetime) -> Iterator[BalanceTransaction]:
        """See ``PlatformBalance``."""
        params: Any = {"created": {"gte": int(since.timestamp())}, "expand": ["data.source"]}
        for transaction in pages(self.client.v1.balance_transactions.list, params):
            source: Any = transaction.source
            yield BalanceTransaction(
                id=transaction.id,
                kind=transaction.type,
                category=transaction.reporting_category,
                source_id=source if isinstance(source, str) else str(getattr(source, "id", "")),
                payment_id=str(getattr(source, "payment_intent", None) or ""),
                cents=transaction.amount,
                fee_cents=transaction.fee,
                currency=transaction.currency,
                at=instant(transaction.created),
                words=(transaction.description or "")[:200],
            )

    def total_cents(self, currency: str) -> int:
        """See ``PlatformBalance``."""
        balance: Any = ask(self.client.v1.balance.retrieve)
        parts = [*balance.available, *balance.pending]
        return sum(part.amount for part in parts if part.currency == currency.lower())
