"""What our books have lost and Stripe still has: a database restored from before it happened.

Our payments carry what is needed to write their row again: whose, for which top-up, of which
address of ours. Nothing is invented: what names nobody we know is set aside, for a person.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.conf import settings

from backend.accounts.models import Role, User
from backend.core import ids
from backend.ledger import movements
from payouts.models import TopUp
from payouts.ports import CardRefundSeen, Payment, PaymentState, RefundState
from payouts.services import issues
from payouts.states import TopUpStatus

log = structlog.get_logger(__name__)
OPEN_FOR: Final = timedelta(hours=1)  # as if its page had been opened then


def remember(payment: Payment, *, at: datetime) -> UUID | None:
    """Write the row of a paid top-up again; None when it was none of ours, or of nobody we know.

    The caller brings it to the payment, in the same transaction.
    """
    top_up_id, client_id = ids.parsed(payment.top_up_id), ids.parsed(payment.client_id)
    if not (_is_ours(payment) and top_up_id and client_id):
        return None
    if not User.objects.filter(pk=client_id, role=Role.CLIENT).exists():
        return None
    made_at = payment.made_at or at
    _, is_new = TopUp.objects.get_or_create(
        pk=top_up_id,
        defaults={
            "client_id": client_id,
            "key": f"found:{payment.id}",
            "amount_cents": payment.received_cents,
            "currency": settings.CURRENCY,
            "status": TopUpStatus.CREATED,
            "status_since": made_at,
            "created_at": made_at,
            "expires_at": made_at + OPEN_FOR,
        },
    )
    if is_new:
        log.warning("top_up_found", top_up_id=str(top_up_id), payment=payment.id)
    return top_up_id


def set_aside(payment: Payment, *, at: datetime) -> bool:
    """Keep the money of a payment of ours whose client nobody knows; False when it is not ours.

    It is booked as not understood, settled, and a person is told whose it was.
    """
    if not _is_ours(payment) or not ids.parsed(payment.top_up_id):
        return False
    movements.suspend_top_up(
        amount_cents=payment.received_cents,
        payment_intent_id=payment.id,
        about=f"top_up:{payment.top_up_id}",
        reason="its client is unknown",
        at=at,
    )
    if payment.settlement:
        movements.settle_charge(
            transaction_id=payment.settlement.transaction_id,
            payment_intent_id=payment.id,
            gross_cents=payment.settlement.gross_cents,
            fee_cents=payment.settlement.fee_cents,
            at=at,
        )
    issues.raise_once(
        kind="payment_of_nobody",
        external_id=payment.id,
        text=f"{payment.id} paid {payment.received_cents} cents for client {payment.client_id}, "
        "whom we do not know (any more). It is set aside: find them, credit or refund it.",
        at=at,
    )
    return True


def set_aside_refund(refund: CardRefundSeen, *, at: datetime) -> None:
    """Of a payment of nobody some went back: that much less is set aside."""
    if refund.state is not RefundState.SUCCEEDED:
        return
    movements.suspend_outflow(
        key=f"re:{refund.id}:ok",
        about=f"pi:{refund.payment_id}",
        cents=refund.cents,
        reason="a refund of a payment of nobody",
        at=at,
    )


def _is_ours(payment: Payment) -> bool:
    """Whether this very copy of the product asked for this payment, and it was paid."""
    return (
        payment.state is PaymentState.SUCCEEDED
        and payment.env == settings.SITE_URL
        and payment.currency == settings.CURRENCY.lower()
    )
