"""A client opens a case, and the reading's earnings freeze."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from backend.accounts.models import User
from backend.core.announcements import announce
from backend.core.errors import InvalidInput, NotFound
from backend.ledger import movements, refundables
from payouts.announcements import DisputeOpened
from payouts.dispute_states import DisputeState, ReasonCode
from payouts.disputes.errors import AlreadyDisputed, NothingToDispute, WindowClosed
from payouts.disputes.services import rows
from payouts.disputes.verdicts import DisputedReading
from payouts.models import Dispute
from payouts.models.disputes import TEXT_CHARS_MAX

_ONE_CASE = "a_reading_is_disputed_once"


@transaction.atomic
def open_case(
    *, client: User, reading: DisputedReading, reason_code: str, text: str, key: str, at: datetime
) -> Dispute:
    """Say that something went wrong; the reading's earnings freeze in the same transaction.

    The same client, reading and ``key`` give the same case again.
    :raises NotFound: the reading is not this client's.
    :raises WindowClosed: it ended more than ``DISPUTE_WINDOW_HOURS`` ago.
    :raises NothingToDispute: nothing was charged, or all of it came back.
    :raises AlreadyDisputed: it has its case.
    :raises InvalidInput: no such reason, no text, or one too long.
    """
    if client.pk != reading.client_id:
        raise NotFound("There is no such reading.")
    said, reason = sound_text(text), _sound_reason(reason_code)
    if first := Dispute.objects.filter(about=reading.about).first():
        if first.key == key and first.client_id == client.pk:
            return first
        raise AlreadyDisputed(dispute_id=str(first.pk))
    if at > reading.ended_at + timedelta(hours=settings.DISPUTE_WINDOW_HOURS):
        raise WindowClosed(f"A reading can be disputed for {settings.DISPUTE_WINDOW_HOURS} hours.")
    dispute = _opened(_new(client, reading, at), reason, said, key)
    frozen = movements.freeze_lot(case_id=dispute.pk, about=dispute.about, at=at)
    dispute.frozen_cents = rows.moved_cents(frozen.pk)
    dispute.save(update_fields=["frozen_cents"])
    announce(DisputeOpened(dispute.pk, dispute.session_id, at))
    return dispute


@transaction.atomic
def close_due(*, at: datetime) -> int:
    """Close the decided cases whose time for an appeal is over; how many."""
    over = Dispute.objects.filter(state=DisputeState.DECIDED, appeal_until__lt=at)
    return over.update(state=DisputeState.CLOSED, state_since=at, version=F("version") + 1)


def sound_text(text: str) -> str:
    """What somebody wrote about a case, without the space around it.

    :raises InvalidInput: it is empty or too long.
    """
    said = text.strip()
    if not 0 < len(said) <= TEXT_CHARS_MAX:
        raise InvalidInput(f"Write up to {TEXT_CHARS_MAX} characters about what happened.")
    return said


def _sound_reason(code: str) -> ReasonCode:
    if code not in ReasonCode.values:
        raise InvalidInput("Choose what went wrong.")
    return ReasonCode(code)


def _new(client: User, reading: DisputedReading, at: datetime) -> Dispute:
    paid = refundables.paid_for(reading.session_id)
    if paid is None or paid.client_id != client.pk or paid.held_cents or paid.left_cents <= 0:
        raise NothingToDispute
    return Dispute(
        about=reading.about,
        session_id=reading.session_id,
        client=client,
        reader_id=reading.reader_id,
        opened_at=at,
        due_at=at + timedelta(hours=settings.DISPUTE_ANSWER_HOURS),
        state_since=at,
        kind=reading.kind,
        ended_at=reading.ended_at,
        billed_s=reading.billed_s,
        rate_per_minute_cents=reading.rate_per_minute_cents,
        split_bps=reading.split_bps,
        gross_cents=paid.gross_cents,
        refunded_cents=paid.refunded_cents,
        reader_cents=paid.reader_cents,
    )


def _opened(dispute: Dispute, reason: ReasonCode, text: str, key: str) -> Dispute:
    """Write the row; of two that race for one reading, one is told that it has its case."""
    dispute.reason_code, dispute.text, dispute.key = reason, text, key
    try:
        with transaction.atomic():
            dispute.save(force_insert=True)
    except IntegrityError as error:
        if _ONE_CASE not in str(error):
            raise
        first = Dispute.objects.get(about=dispute.about)
        raise AlreadyDisputed(dispute_id=str(first.pk)) from error
    return dispute
