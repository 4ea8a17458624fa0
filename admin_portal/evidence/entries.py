"""One thing that happened, on which lane of the axis, and in which order. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import models

Fact = str | int | bool | None


class Lane(models.TextChoices):
    """The lines of the axis, from top to bottom."""

    REQUEST = "request", "Request"
    CLOCK = "clock", "Clock"
    CLIENT_LINE = "client_line", "Client line"
    READER_LINE = "reader_line", "Reader line"
    CLIENT_SOUND = "client_sound", "Sound, client"
    READER_SOUND = "reader_sound", "Sound, reader"
    CLIENT_PICTURE = "client_picture", "Picture, client"
    READER_PICTURE = "reader_picture", "Picture, reader"
    SILENCE = "silence", "Silence"
    MINUTES = "minutes", "Billed minutes"
    CHAT = "chat", "Chat"
    FUNDS = "funds", "Funds"
    REPORTS = "reports", "Reports"
    CASE = "case", "Case"


_PLACE: Final = {lane: place for place, lane in enumerate(Lane)}


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of evidence: an instant, or a span when ``until`` is there.

    ``words`` and ``detail`` are what a person reads; they name sides, never people, and never
    repeat what somebody said. ``facts`` are the same for a program: whole numbers and words.
    """

    at: datetime
    lane: Lane
    kind: str
    words: str
    detail: str = ""
    side: str = ""
    until: datetime | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)

    @property
    def seconds(self) -> int:
        """How long it lasted; 0 for an instant."""
        return round((self.until - self.at).total_seconds()) if self.until else 0


@dataclass(frozen=True, slots=True)
class Timeline:
    """All records of one reading, oldest first. The axis runs from its request to its end.

    ``left_out``: records beyond what one timeline takes.
    """

    session_id: UUID
    begins_at: datetime
    ends_at: datetime
    entries: tuple[Entry, ...]
    left_out: int = 0


MEASUREMENT: Final = "measured"
# What somebody who looks for a fault wants to see first.
GAPS: Final = frozenset(
    {"paused", "away", "lost", "weak", "stood_still", "quiet", "muted", "unmeasured", "put_aside"}
)
_TONES: Final = {
    "bad": {"paused", "away", "lost", "stood_still", "failed", "put_aside", "report"},
    "warn": {"weak", "quiet", "muted", "camera_off", "warned", "unmeasured", "given_away"},
    "ok": {"running", "there", "good", "started", "resumed", "picture"},
    "gold": {"requested", "charged", "credited", "topped_up", "cap_raised", "paying", "ended"},
}
_TONE_OF: Final = {kind: tone for tone, kinds in _TONES.items() for kind in kinds}


def tone_of(kind: str) -> str:
    """``ok``, ``warn``, ``bad``, ``gold`` or ``info``: the colour beside the word."""
    return _TONE_OF.get(kind, "info")


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Oldest first; what happened at once in the order of the lanes, instants before spans."""
    return sorted(
        entries,
        key=lambda entry: (entry.at, _PLACE[entry.lane], entry.until is not None, entry.kind),
    )
