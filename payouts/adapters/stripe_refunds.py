"""Refunds by Stripe: ``CardRefunder``."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings

from payouts.adapters import stripe_api
from payouts.adapters.stripe_api import ask, pages
from payouts.ports import CardRefundSeen, RefundOrder, RefundState

_STATES: Final = {
    "succeeded": RefundState.SUCCEEDED,
    "failed": RefundState.FAILED,
    "canceled": RefundState.FAILED,
}


class StripeRefunds:
    """Gives money back by refunds of PaymentIntents."""

    def __init__(self) -> None:
        self.client = stripe_api.client()

    def refund(self, order: RefundOrder, *, key: str) -> CardRefundSeen:
        """See ``CardRefunder``."""
        params: Any = {
            "payment_intent": order.payment_id,
            "amount": order.cents,
            "reason": "requested_by_customer",
            "metadata": {"part_id": str(order.part_id), "env": settings.SITE_URL},
        }
        made = ask(
            lambda: self.client.v1.refunds.create(params=params, options={"idempotency_key": key})
        )
        # A key answers as it did the first time; how far it is now is asked.
        return _seen(ask(lambda: self.client.v1.refunds.retrieve(made.id)))

    def payment_of(self, refund_id: str) -> str:
        """See ``CardRefunder``."""
        found: Any = ask(lambda: self.client.v1.refunds.retrieve(refund_id))
        return str(found.payment_intent or "")

    def refunds_of(self, payment_id: str) -> list[CardRefundSeen]:
        """See ``CardRefunder``."""
        found = list(pages(self.client.v1.refunds.list, {"payment_intent": payment_id}))
        return [_seen(refund) for refund in reversed(found)]


def _seen(refund: Any) -> CardRefundSeen:
    metadata = refund.metadata.to_dict() if refund.metadata else {}
    return CardRefundSeen(
        id=refund.id,
        payment_id=str(refund.payment_intent or ""),
        cents=refund.amount,
        currency=refund.currency,
        state=_STATES.get(refund.status, RefundState.PENDING),
        part_id=str(metadata.get("part_id") or ""),
        env=str(metadata.get("env") or ""),
    )
