"""A client disputes a reading: the reading is known here, the case lives in payments."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.accounts.models import User
from backend.core.errors import Forbidden
from backend.ledger import refundables
from live import selectors as readings
from live.states import State
from payouts.disputes.errors import NothingToDispute
from payouts.disputes.services import disputes
from payouts.disputes.verdicts import DisputedReading
from payouts.models import Dispute


@transaction.atomic
def open_about(
    *, client: User, session_id: UUID, reason_code: str, text: str, key: str, at: datetime
) -> Dispute:
    """Open the case of one reading; its facts are frozen as they are now.

    :raises NotFound: no such reading of this person.
    :raises Forbidden: the reader of it asks.
    :raises NothingToDispute: it is not over, or nothing of it could come back.
    :raises WindowClosed, AlreadyDisputed, InvalidInput: see ``disputes.open_case``.
    """
    session = readings.session_of(client, session_id)
    if session.client_id != client.pk:
        raise Forbidden("Only the client of a reading opens a case about it.")
    if session.state != State.ENDED or session.ended_at is None:
        raise NothingToDispute
    reading = DisputedReading(
        session_id=session.pk,
        client_id=session.client_id,
        reader_id=session.reader_id,
        about=refundables.reading_name(session.pk),
        kind=session.kind,
        ended_at=session.ended_at,
        billed_s=session.billable_s,
        rate_per_minute_cents=session.rate_per_minute_cents,
        split_bps=session.split_bps,
    )
    return disputes.open_case(
        client=client, reading=reading, reason_code=reason_code, text=text, key=key, at=at
    )
