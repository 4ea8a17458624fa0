"""Payouts by Stripe's transfers to connected accounts: ``PayoutRail``."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.conf import settings

from payouts.adapters import stripe_api
from payouts.adapters.stripe_rail import ask
from payouts.ports import Reversal, Transfer, TransferOrder

FOUND_MAX: Final = 10


class StripeTransfers:
    """Sends separate transfers out of our own balance; each belongs to a group of one payout."""

    def __init__(self) -> None:
        self.client = stripe_api.client()

    def send(self, order: TransferOrder, *, key: str) -> Transfer:
        """See ``PayoutRail``."""
        params: Any = {
            "amount": order.amount_cents,
            "currency": order.currency,
            "destination": order.destination,
            "transfer_group": _group(order.payout_id),
            "metadata": {
                "payout_id": str(order.payout_id),
                "reader_id": str(order.reader_id),
                "env": settings.SITE_URL,
            },
        }
        options: Any = {"idempotency_key": key}
        sent = ask(lambda: self.client.v1.transfers.create(params=params, options=options))
        return self._transfer(sent)

    def sent_for(self, payout_id: UUID) -> list[Transfer]:
        """See ``PayoutRail``."""
        params: Any = {"transfer_group": _group(payout_id), "limit": FOUND_MAX}
        found = ask(lambda: self.client.v1.transfers.list(params=params))
        return [self._transfer(one) for one in found.data]

    def transfer(self, transfer_id: str) -> Transfer:
        """See ``PayoutRail``."""
        return self._transfer(ask(lambda: self.client.v1.transfers.retrieve(transfer_id)))

    def available_cents(self, currency: str) -> int:
        """See ``PayoutRail``."""
        balance = ask(self.client.v1.balance.retrieve)
        return sum(part.amount for part in balance.available if part.currency == currency)

    def _transfer(self, found: Any) -> Transfer:
        metadata = found.metadata.to_dict()
        is_ours = metadata.get("env", settings.SITE_URL) == settings.SITE_URL
        return Transfer(
            id=found.id,
            payout_id=metadata.get("payout_id", "") if is_ours else "",
            amount_cents=found.amount,
            currency=found.currency,
            destination=str(found.destination),
            livemode=found.livemode,
            made_at=stripe_api.instant(found.created),
            reader_id=metadata.get("reader_id", "") if is_ours else "",
            reversals=self._reversals(found),
        )

    def _reversals(self, found: Any) -> tuple[Reversal, ...]:
        """All of them: the transfer itself carries the newest few only."""
        rows = found.reversals.data
        if found.reversals.has_more:
            params: Any = {"limit": stripe_api.PAGE}
            rows = ask(lambda: self.client.v1.transfers.reversals.list(found.id, params=params))
            rows = rows.data
        return tuple(Reversal(row.id, row.amount) for row in reversed(rows))


def _group(payout_id: UUID) -> str:
    return f"payout_{payout_id}"
