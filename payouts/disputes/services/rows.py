"""How a case is locked and how its state moves: the only writer of ``state``."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from backend.core.errors import NotFound
from backend.ledger import lines
from payouts.dispute_states import DisputeState, sources
from payouts.disputes.errors import Overtaken
from payouts.models import Dispute


def locked(dispute_id: UUID) -> Dispute:
    """The case, held until the transaction ends: whoever comes second sees what the first did.

    :raises NotFound: there is none.
    """
    found = Dispute.objects.select_for_update().filter(pk=dispute_id).first()
    if found is None:
        raise NotFound("There is no such case.")
    return found


def move(dispute: Dispute, to: DisputeState, *, at: datetime, **columns: Any) -> None:
    """Move a case to ``to`` by one conditional UPDATE, and bring ``dispute`` to it.

    :raises Overtaken: it is not what ``dispute`` says any more, or nothing leads to ``to``.
    """
    as_seen = Dispute.objects.filter(
        pk=dispute.pk, state=dispute.state, version=dispute.version, state__in=sources(to)
    )
    moved = as_seen.update(state=to, state_since=at, version=F("version") + 1, **columns)
    if moved != 1:
        raise Overtaken
    dispute.refresh_from_db()


def change(dispute: Dispute) -> None:
    """Something about a locked case is new, though not its state: older views of it are stale."""
    Dispute.objects.filter(pk=dispute.pk).update(version=F("version") + 1)
    dispute.refresh_from_db()


def moved_cents(movement_id: UUID) -> int:
    """What one movement moved in all."""
    return sum(line.cents for line in lines.lines_of([movement_id]))
