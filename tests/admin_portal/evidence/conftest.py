"""A rich reading, ended, and a case about it."""

from __future__ import annotations

from datetime import datetime

import pytest

from payouts.disputes.services import disputes
from payouts.disputes.verdicts import DisputedReading
from payouts.models import Dispute
from tests.admin_portal.evidence.readings import rich
from tests.live.stage import Stage

COMPLAINT = "I could not hear her for part of it."


@pytest.fixture
def stage(db: None, at: datetime) -> Stage:
    return rich(Stage(at))


@pytest.fixture
def dispute(stage: Stage) -> Dispute:
    """The client's case: the evidence is sealed by its opening."""
    session = stage.row()
    assert session.ended_at is not None
    stage.wait(600)
    reading = DisputedReading(
        session_id=session.id,
        client_id=session.client_id,
        reader_id=session.reader_id,
        about=f"session:{session.id}",
        kind=session.kind,
        ended_at=session.ended_at,
        billed_s=session.billable_s,
        rate_per_minute_cents=session.rate_per_minute_cents,
        split_bps=session.split_bps,
    )
    return disputes.open_case(
        client=stage.client,
        reading=reading,
        reason_code="connection",
        text=COMPLAINT,
        key="k",
        at=stage.now,
    )
