"""What was charged, what came back and what was added meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from admin_portal.evidence import words
from admin_portal.evidence.entries import Entry, Lane
from backend.core.templatetags.money import money
from backend.ledger import refundables
from live import selectors as live
from live.models import ReadingSession, Segment
from payouts.models import TopUp
from payouts.states import TopUpStatus

BEFORE: Final = timedelta(hours=24)
TOP_UPS_MAX: Final = 50


def charges(session: ReadingSession, stretches: Sequence[Segment]) -> Iterator[Entry]:
    """Each capture of the ledger, laid over the seconds that it paid for."""
    for line in live.minutes_of(session):
        began = wall(stretches, line.from_s) or line.at
        yield Entry(
            began,
            Lane.MINUTES,
            "charged",
            words.charged(line.from_s, line.to_s),
            f"{money(line.cents)}, {money(line.reader_cents)} of it the reader's.",
            until=max(began, wall(stretches, line.to_s, closing=True) or line.at),
            facts={
                "from_s": line.from_s,
                "to_s": line.to_s,
                "cents": line.cents,
                "reader_cents": line.reader_cents,
                "posted_at": line.at.isoformat(),
            },
        )


def given_back(session_id: UUID) -> Iterator[Entry]:
    """What came back of the reading so far, by rule or by decision."""
    for back in refundables.refunds_of(session_id):
        yield Entry(
            back.at,
            Lane.MINUTES,
            "credited",
            f"{money(back.cents)} came back to the client",
            f"Borne by {back.borne_by}.",
            facts={"cents": back.cents, "borne_by": back.borne_by},
        )


def top_ups(client_id: UUID, *, begins_at: datetime, ends_at: datetime) -> Iterator[Entry]:
    """What the client paid in, or tried to, from a day before the request to the end."""
    tried = TopUp.objects.filter(
        client_id=client_id, created_at__gte=begins_at - BEFORE, created_at__lte=ends_at
    ).order_by("-created_at")[:TOP_UPS_MAX]
    for top_up in tried:
        settled = top_up.status == TopUpStatus.SUCCEEDED
        yield Entry(
            top_up.settled_at or top_up.status_since if settled else top_up.created_at,
            Lane.FUNDS,
            "topped_up" if settled else "failed" if top_up.is_final else "paying",
            "Funds added by the client" if settled else "A payment that did not arrive",
            f"{money(top_up.amount_cents)}. {top_up.failure_text}".strip(),
            side="client",
            facts={"cents": top_up.amount_cents, "status": top_up.status},
        )


def wall(stretches: Sequence[Segment], second: int, *, closing: bool = False) -> datetime | None:
    """The instant at which the ``second`` counted second of a reading ran.

    ``closing``: of a second at which a stretch ends, its end and not the next one's beginning.
    """
    done = 0
    for stretch in stretches:
        within = second - done
        if within < stretch.billed_s or (closing and within == stretch.billed_s):
            return stretch.started_at + timedelta(seconds=max(0, within))
        done += stretch.billed_s
    return None
