"""What holds a reader's payouts up: for a while after a change, or until staff lift it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction

from backend.accounts.models import User
from backend.accounts.services import audit_log
from backend.core.errors import IllegalMove
from payouts.models import PayoutTerms

log = structlog.get_logger(__name__)
AFTER_A_CHANGE: Final = timedelta(hours=48)


@transaction.atomic
def hold(*, reader_id: UUID, until: datetime, reason: str, at: datetime) -> None:
    """Pay a reader nothing before ``until``; a longer hold that is there already stays.

    ``reason`` goes on after "because": ``your e-mail address changed``.
    """
    terms = _locked(reader_id)
    if terms.held_until and terms.held_until >= until:
        return
    terms.held_until, terms.hold_reason = until, reason[:120]
    terms.save()
    log.info("payouts_held", reader_id=str(reader_id), until=until.isoformat(), at=at.isoformat())


@transaction.atomic
def stop(*, reader_id: UUID, reason: str, at: datetime) -> None:
    """Pay a reader nothing until somebody of staff lifts it. The first reason stays."""
    terms = _locked(reader_id)
    if terms.stopped_at is None:
        terms.stopped_at, terms.stop_reason = at, reason[:200]
        terms.save()
        log.warning("payouts_stopped", reader_id=str(reader_id), why=reason)


@transaction.atomic
def lift(*, reader_id: UUID, by: User, reason: str, at: datetime) -> None:
    """Let a reader's payouts go on: what stopped them has been looked into.

    :raises IllegalMove: nothing stops them.
    """
    terms = PayoutTerms.objects.select_for_update().filter(pk=reader_id).first()
    if terms is None or terms.stopped_at is None:
        raise IllegalMove("Nothing stops these payouts.")
    was = terms.stop_reason
    terms.stopped_at, terms.stop_reason = None, ""
    terms.save()
    audit_log.record(
        actor=by,
        act="payouts.lift",
        about=f"user:{reader_id}",
        at=at,
        reason=reason,
        facts={"stopped_because": was},
    )


def _locked(reader_id: UUID) -> PayoutTerms:
    PayoutTerms.objects.get_or_create(reader_id=reader_id)
    return PayoutTerms.objects.select_for_update().get(pk=reader_id)
