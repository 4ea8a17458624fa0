"""Disputes, warnings and reviews by Stripe: ``BankDisputes``."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final

from payouts.adapters import stripe_api
from payouts.adapters.stripe_api import ask, instant, pages
from payouts.errors import ChargerUnreachable, NotThere
from payouts.ports import BankDispute, BankMove, BankWarning, Evidence

REVIEW_PREFIX: Final = "prv_"
DOCUMENT: Final = "service_documentation"
KEY: Final = "soulseer_key"


class StripeDisputes:
    """Speaks with banks through Stripe."""

    def __init__(self) -> None:
        self.client = stripe_api.client()

    def dispute(self, dispute_id: str) -> BankDispute:
        """See ``BankDisputes``."""
        return _dispute(ask(lambda: self.client.v1.disputes.retrieve(dispute_id)))

    def warning(self, warning_id: str) -> BankWarning:
        """See ``BankDisputes``."""
        if warning_id.startswith(REVIEW_PREFIX):
            review: Any = ask(lambda: self.client.v1.reviews.retrieve(warning_id))
            return BankWarning(
                id=review.id,
                is_review=True,
                payment_id=review.payment_intent or "",
                reason=review.opened_reason,
                is_open=review.open,
                livemode=review.livemode,
                outcome=review.closed_reason or "",
            )
        warning: Any = ask(lambda: self.client.v1.radar.early_fraud_warnings.retrieve(warning_id))
        return BankWarning(
            id=warning.id,
            is_review=False,
            payment_id=warning.payment_intent or "",
            reason=warning.fraud_type,
            is_open=warning.actionable,
            livemode=warning.livemode,
        )

    def answer(self, dispute_id: str, evidence: Evidence, *, key: str) -> BankDispute:
        """See ``BankDisputes``."""
        document = self._upload(evidence.pdf, key)
        params: Any = {"evidence": {**evidence.fields, DOCUMENT: document}, "submit": True}
        return _dispute(
            ask(
                lambda: self.client.v1.disputes.update(
                    dispute_id, params=params, options={"idempotency_key": key}
                )
            )
        )

    def give_in(self, dispute_id: str, *, key: str) -> BankDispute:
        """See ``BankDisputes``. A dispute that is closed already refuses, so that nothing is
        done twice under the second key.
        """

        def close(key: str) -> Any:
            return ask(
                lambda: self.client.v1.disputes.close(dispute_id, options={"idempotency_key": key})
            )

        try:
            return _dispute(close(key))
        except ChargerUnreachable as failure:
            if not failure.spent_key:
                raise
            return _dispute(close(f"{key}:a2"))

    def refund(self, payment_id: str, cents: int, *, key: str) -> str:
        """See ``BankDisputes``. What an earlier try has done is found by the key that it keeps."""
        if made := self._refund_of(payment_id, key):
            return made
        try:
            return self._make_refund(payment_id, cents, key, key)
        except ChargerUnreachable as failure:
            if not failure.spent_key:
                raise
        made = self._refund_of(payment_id, key)
        return made or self._make_refund(payment_id, cents, key, f"{key}:a2")

    def _refund_of(self, payment_id: str, key: str) -> str:
        params: Any = {"payment_intent": payment_id}
        found = pages(self.client.v1.refunds.list, params)
        made = [refund for refund in found if refund.to_dict().get("metadata", {}).get(KEY) == key]
        return str(made[0].id) if made else ""

    def _make_refund(self, payment_id: str, cents: int, key: str, sent_as: str) -> str:
        params: Any = {
            "payment_intent": payment_id,
            "amount": cents,
            "reason": "fraudulent",
            "metadata": {KEY: key},
        }
        options: Any = {"idempotency_key": sent_as}
        return str(ask(lambda: self.client.v1.refunds.create(params=params, options=options)).id)

    def _upload(self, pdf: bytes, key: str) -> str:
        """Keep the document at Stripe; its id."""
        content = BytesIO(pdf)
        content.name = "evidence.pdf"
        params: Any = {"purpose": "dispute_evidence", "file": content}
        options: Any = {"idempotency_key": f"{key}:file"}
        kept = ask(lambda: self.client.v1.files.create(params=params, options=options))
        return str(kept.id)


def _dispute(found: Any) -> BankDispute:
    if not found.payment_intent:
        raise NotThere("This dispute names no payment.")
    due_by = found.evidence_details.due_by
    return BankDispute(
        id=found.id,
        payment_id=str(found.payment_intent),
        status=found.status,
        reason=found.reason,
        amount_cents=found.amount,
        currency=found.currency,
        livemode=found.livemode,
        opened_at=instant(found.created),
        due_at=instant(due_by) if due_by else None,
        answers=found.evidence_details.submission_count,
        moves=tuple(
            BankMove(moved.id, moved.amount, moved.fee) for moved in found.balance_transactions
        ),
    )
