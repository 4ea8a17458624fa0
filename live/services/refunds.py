"""What came back of a reading, kept on its row beside what it cost."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F

from live.models import ReadingSession
from live.states import TERMINAL


def note(*, session_id: UUID, cents: int, split_cents: int) -> bool:
    """Add to what came back of an ended reading; False when there is no such reading.

    The ledger has decided already: one UPDATE follows it, and the row's own constraint would
    refuse more than was captured.
    """
    ended = ReadingSession.objects.filter(pk=session_id, state__in=TERMINAL)
    noted = ended.update(
        refunded_cents=F("refunded_cents") + cents,
        refunded_split_cents=F("refunded_split_cents") + split_cents,
    )
    return noted == 1
