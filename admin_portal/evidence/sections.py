"""A timeline as a person reads it on paper: plain rows, and a section of a PDF.

For whoever puts evidence into a document of their own, a bank's form for instance:

    from admin_portal.evidence import sections
    section = sections.section_of(session_id)        # of any reading, sealed or not
    section.rows                                      # at, lane, words, detail, lasted
    {% include sections.TEMPLATE with section=section %}   # in a template of documents.pdf

It names sides, never people, and holds nobody's words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from admin_portal.evidence import gathering
from admin_portal.evidence.entries import MEASUREMENT, Entry
from backend.core.templatetags.money import spoken

TEMPLATE: Final = "documents/evidence/_timeline.html"
ROWS_MAX: Final = 600  # some 5 ms each on paper


@dataclass(frozen=True, slots=True)
class Row:
    """One line: ``lasted`` is ``2 min 45 s``, or empty for an instant."""

    at: datetime
    lane: str
    words: str
    detail: str
    lasted: str
    kind: str


@dataclass(frozen=True, slots=True)
class Section:
    """What stands on paper. ``measurements``: how many raw ones were summed up instead of
    printed; ``left_out``: rows beyond what one document takes.
    """

    session_id: UUID
    begins_at: datetime
    ends_at: datetime
    rows: tuple[Row, ...]
    measurements: int
    left_out: int


def section_of(session_id: UUID) -> Section:
    """The timeline of a reading as it is known now.

    :raises NotFound: there is no such reading.
    """
    timeline = gathering.timeline_of(session_id)
    axis = timeline.begins_at, timeline.ends_at
    return section_from(session_id, timeline.entries, axis=axis, left_out=timeline.left_out)


def section_from(
    session_id: UUID,
    entries: Iterable[Entry],
    *,
    axis: tuple[datetime, datetime],
    left_out: int = 0,
) -> Section:
    """The same of entries that were sealed."""
    shown, measurements = [], 0
    for entry in entries:
        if entry.kind == MEASUREMENT:
            measurements += 1
        else:
            shown.append(_row(entry))
    kept = tuple(shown[:ROWS_MAX])
    missing = left_out + len(shown) - len(kept)
    return Section(session_id, axis[0], axis[1], kept, measurements, missing)


def _row(entry: Entry) -> Row:
    lasted = spoken(entry.seconds) if entry.until else ""
    return Row(entry.at, str(entry.lane.label), entry.words, entry.detail, lasted, entry.kind)
