"""The pack for a bank: what the client had, and nobody's words."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from admin_portal.banks import answers, packs
from payouts.models import Chargeback
from tests.live.stage import Stage


@pytest.fixture
def stage(db: None, at: datetime) -> Stage:
    """Maya and her reader."""
    return Stage(at)


def test_a_pack_holds_what_the_client_had_between_payment_and_dispute(
    stage: Stage,
) -> None:
    stage.connect("chat")
    stage.run(120)
    session = stage.hangup()
    case = Chargeback.objects.create(
        dispute_id="dp_1",
        payment_intent_id=f"pi_{uuid4().hex}",
        client=stage.client,
        amount_cents=10_000,
        currency="USD",
        reason="product_not_received",
        state="open",
        state_since=stage.now,
        opened_at=stage.now + timedelta(minutes=1),
    )
    pack = packs.gather(case, at=stage.now)
    assert pack.readings == [], "the payment is not known: nothing came after it"

    pack = packs.Pack(
        case=case,
        paid_at=stage.start,
        readings=packs._readings(case, stage.start),
        gifts=[],
        agreed=packs._agreed(case),
        seen=[],
        made_at=stage.now,
    )
    (reading,) = pack.readings
    assert (reading.seconds, reading.charged_cents) == (session.billable_s, pack.charged_cents)
    fields = answers.fields_of(pack, "")
    assert "1 reading of" in fields["uncategorized_text"]
    assert f"with {stage.reader.display_name}" in fields["access_activity_log"]
    assert fields["service_date"] == f"{stage.start:%Y-%m-%d}"
    assert answers.document(pack, "Words of staff").startswith(b"%PDF")
