"""What one of the two reported about the other, near the reading."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.db.models import Q

from admin_portal.evidence.entries import Entry, Lane
from live.models import ReadingSession, StreamReport

NEAR: Final = timedelta(days=30)
REPORTS_MAX: Final = 50


def of_pair(session: ReadingSession) -> Iterator[Entry]:
    """Reports of either about the other, from a month before the reading; not their words."""
    client, reader = session.client_id, session.reader_id
    either = Q(reporter=client, about=reader) | Q(reporter=reader, about=client)
    since = session.requested_at - NEAR
    found = StreamReport.objects.filter(either, at__gte=since).order_by("-at")[:REPORTS_MAX]
    for report in found:
        side = "client" if report.reporter_id == client else "reader"
        yield Entry(
            report.at,
            Lane.REPORTS,
            "report",
            f"Reported by the {side}, in a live room",
            "Looked at." if report.reviewed_at else "Not looked at yet.",
            side=side,
            facts={"report_id": str(report.pk)},
        )
