"""What banks say of the world's client, and what the client says of the reader."""

from __future__ import annotations

from typing import Any

from backend.accounts.services import reports
from payouts.models import Chargeback, PaymentWarning
from tests.live.stage import Stage


def values(stage: Stage) -> dict[str, Any]:
    """An inquiry, a warning and a report, for the routes that name them."""
    common = {"client": stage.client, "amount_cents": 2_000, "opened_at": stage.now}
    inquiry = Chargeback.objects.create(
        dispute_id="dp_of_the_client",
        payment_intent_id="pi_of_the_client",
        currency="USD",
        reason="fraudulent",
        state="inquiry",
        state_since=stage.now,
        **common,
    )
    warning = PaymentWarning.objects.create(
        warning_id="issfr_of_the_client",
        kind="fraud",
        payment_intent_id="pi_of_the_client",
        reason="misc",
        state="open",
        **common,
    )
    report = reports.send(
        reporter=stage.client, about_id=stage.reader.pk, reason="rude", at=stage.now
    )
    return {
        "chargeback_id": inquiry.pk,
        "warning_id": warning.pk,
        "report_id": report.pk,
        "kind": "person",
    }
