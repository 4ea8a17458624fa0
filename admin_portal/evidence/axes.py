"""The drawing of a timeline: lanes over one axis of time, and the same as rows. Pure.

Positions are hundredths of the axis, so that the drawing is as wide as its place; a page may
zoom by the seconds that each bar carries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from admin_portal.evidence.entries import GAPS, MEASUREMENT, Entry, Lane, tone_of
from admin_portal.evidence.selectors import Message, Sealed
from backend.core.templatetags.money import spoken

TICKS: Final = 6
_NARROWEST: Final = 0.4
SECONDS_SHOWN_UNDER: Final = 600  # as static/js/staff/axis.js does when it zooms
_LABELS: Final = {
    "lines": "Lines",
    "media": "Sound and picture",
    "minutes": "Minutes",
    "chat": "Chat",
    "funds": "Funds",
    "case": "Case",
}
_GROUPS: Final[dict[Lane, str]] = {
    Lane.REQUEST: "lines",
    Lane.CLOCK: "lines",
    Lane.CLIENT_LINE: "lines",
    Lane.READER_LINE: "lines",
    Lane.CLIENT_SOUND: "media",
    Lane.READER_SOUND: "media",
    Lane.CLIENT_PICTURE: "media",
    Lane.READER_PICTURE: "media",
    Lane.SILENCE: "media",
    Lane.MINUTES: "minutes",
    Lane.CHAT: "chat",
    Lane.FUNDS: "funds",
    Lane.REPORTS: "case",
    Lane.CASE: "case",
}
# Said in the rows, but not drawn: a span beside it shows the same.
_NOT_DRAWN: Final = frozenset({MEASUREMENT, "started", "resumed", "ended", "media", "exported"})


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, or a dot where ``width`` is empty. ``a`` to ``b``: seconds from the beginning."""

    seq: int
    x: str
    width: str
    a: int
    b: int
    tone: str
    words: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """One lane with its bars, from left to right."""

    label: str
    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Tick:
    """One mark of the axis."""

    x: str
    at: datetime
    anchor: str


@dataclass(frozen=True, slots=True)
class Row:
    """One record as a line. ``a``, ``b``: its seconds on the axis. ``message``: revealed words."""

    seq: int
    at: datetime
    lane: str
    group: str
    tone: str
    kind: str
    words: str
    detail: str
    lasted: str
    a: int
    b: int
    is_gap: bool
    message_id: str
    message: Message | None


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that a page shows of a timeline. ``measurements``: raw ones that have no row."""

    begins_at: datetime
    seconds: int
    lanes: Sequence[Drawn]
    ticks: Sequence[Tick]
    rows: Sequence[Row]
    gaps: Sequence[Row]
    groups: Mapping[str, str]
    measurements: int

    @property
    def clock_format(self) -> str:
        """How its ticks are written: in a short reading the seconds tell them apart."""
        return "H:i:s" if self.seconds < SECONDS_SHOWN_UNDER else "H:i"


def draw(
    records: Iterable[Sealed],
    *,
    begins_at: datetime,
    ends_at: datetime,
    revealed: Mapping[UUID, Message] | None = None,
    with_measurements: bool = False,
) -> Drawing:
    """Draw the records of one case, oldest first."""
    seconds = max(1, round((ends_at - begins_at).total_seconds()))
    ordered = sorted(records, key=lambda sealed: (sealed.entry.at, sealed.seq))
    shown = [s for s in ordered if with_measurements or s.entry.kind != MEASUREMENT]
    rows = [_row(sealed, begins_at, revealed or {}) for sealed in shown]
    lanes = []
    for lane in Lane:
        mine = [s for s in ordered if s.entry.lane is lane and s.entry.kind not in _NOT_DRAWN]
        bars = [bar for sealed in mine if (bar := _bar(sealed, begins_at, seconds))]
        if bars:
            lanes.append(Drawn(str(lane.label), bars))
    present = {row.group for row in rows}
    return Drawing(
        begins_at=begins_at,
        seconds=seconds,
        lanes=lanes,
        ticks=_ticks(begins_at, seconds),
        rows=rows,
        gaps=[row for row in rows if row.is_gap],
        groups={group: label for group, label in _LABELS.items() if group in present},
        measurements=sum(sealed.entry.kind == MEASUREMENT for sealed in ordered),
    )


def _row(sealed: Sealed, begins_at: datetime, revealed: Mapping[UUID, Message]) -> Row:
    entry = sealed.entry
    a, b = _span(entry, begins_at)
    name = str(entry.facts.get("message_id", "")) if entry.kind == "message" else ""
    return Row(
        seq=sealed.seq,
        at=entry.at,
        lane=str(entry.lane.label),
        group=_GROUPS[entry.lane],
        tone=tone_of(entry.kind),
        kind=entry.kind,
        words=entry.words,
        detail=entry.detail or _measured(entry),
        lasted=spoken(entry.seconds) if entry.until else "",
        a=a,
        b=b,
        is_gap=entry.kind in GAPS,
        message_id=name,
        message=revealed.get(UUID(name)) if name else None,
    )


def _measured(entry: Entry) -> str:
    if entry.kind != MEASUREMENT:
        return ""
    known = {name: value for name, value in entry.facts.items() if value is not None}
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in known.items())


def _span(entry: Entry, begins_at: datetime) -> tuple[int, int]:
    a = round((entry.at - begins_at).total_seconds())
    return a, a + entry.seconds


def _bar(sealed: Sealed, begins_at: datetime, seconds: int) -> Bar | None:
    """None for what lies outside the axis; money that came before stands at its beginning."""
    entry = sealed.entry
    a, b = _span(entry, begins_at)
    if entry.lane is Lane.FUNDS:
        a = b = max(a, 0)
    if b < 0 or a > seconds:
        return None
    left, right = max(0, a) / seconds * 100, min(b, seconds) / seconds * 100
    is_span = entry.until is not None and entry.lane is not Lane.FUNDS
    width = f"{max(right - left, _NARROWEST):.3f}%" if is_span else ""
    return Bar(sealed.seq, f"{left:.3f}%", width, a, b, tone_of(entry.kind), entry.words)


def _ticks(begins_at: datetime, seconds: int) -> list[Tick]:
    last = TICKS - 1
    return [
        Tick(
            x=f"{n * 100 / last:.3f}%",
            at=begins_at + timedelta(seconds=round(seconds * n / last)),
            anchor="start" if not n else "end" if n == last else "middle",
        )
        for n in range(TICKS)
    ]
