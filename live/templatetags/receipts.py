"""A receipt in words and rows: ``{% load receipts %}``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django import template

from backend.core.templatetags.money import spoken
from live.models import ReadingSession, Segment
from live.selectors import Receipt, ReceiptLine
from live.states import Peer

register = template.Library()

_MINUTE_S = 60


@dataclass(frozen=True)
class MinuteRow:
    """One row of the table: a charge with its ``words``, or a pause of ``pause_s`` seconds.

    ``began``: the instant at which the first of its seconds ran, None when no stretch tells.
    """

    words: str = ""
    began: datetime | None = None
    cents: int = 0
    reader_cents: int = 0
    pause_s: int | None = None


@register.filter
def first_name(display_name: str) -> str:
    """``Maya Lindgren`` -> ``Maya``, for a greeting."""
    return display_name.split(maxsplit=1)[0] if display_name.split() else display_name


@register.filter
def receipt_number(session_id: UUID) -> str:
    """A short name for a receipt, made of the random end of the reading's id."""
    tail = session_id.hex[-8:].upper()
    return f"{tail[:4]}-{tail[4:]}"


@register.filter
def minute_rows(receipt: Receipt) -> list[MinuteRow]:
    """The charges in order, each pause shown between the minutes that it parted."""
    starts = list(_starts(receipt.stretches))
    rows: list[MinuteRow] = []
    shown = 1  # the first stretch follows no pause
    for line in receipt.lines:
        while shown < len(starts) and starts[shown][0] <= line.from_s:
            rows.append(MinuteRow(pause_s=_gap(receipt.stretches, shown)))
            shown += 1
        rows.append(
            MinuteRow(
                words=_words(line),
                began=_began(starts, line.from_s),
                cents=line.cents,
                reader_cents=line.reader_cents,
            )
        )
    return rows


@register.filter
def ending_in_words(receipt: Receipt, role: str) -> str:
    """``You ended the reading after 14 min 20 s.``, said to one of its two people."""
    if not receipt.session.billable_s:
        return receipt.cause_words
    after = f" after {spoken(receipt.session.billable_s)}."
    if receipt.cause == role:
        return f"You ended the reading{after}"
    if receipt.cause in (Peer.CLIENT, Peer.READER):
        other = receipt.session.client if role == Peer.READER else receipt.session.reader
        return f"{other.display_name} ended the reading{after}"
    return f"The reading ended{after}"


def _starts(stretches: object) -> Iterator[tuple[int, datetime]]:
    """For each stretch the second of the reading at which it began, and the instant."""
    done = 0
    for stretch in stretches:  # type: ignore[attr-defined]
        yield done, stretch.started_at
        done += stretch.billed_s


def _began(starts: list[tuple[int, datetime]], second: int) -> datetime | None:
    before = [one for one in starts if one[0] <= second]
    if not before:
        return None
    offset, instant = before[-1]
    return instant + timedelta(seconds=second - offset)


def _gap(stretches: object, n: int) -> int:
    rows: list[Segment] = list(stretches)  # type: ignore[call-overload]
    return round((rows[n].started_at - rows[n - 1].ended_at).total_seconds())


def _words(line: ReceiptLine) -> str:
    first, last = line.from_s // _MINUTE_S + 1, line.to_s // _MINUTE_S
    if line.from_s % _MINUTE_S or line.to_s % _MINUTE_S:
        return spoken(line.seconds)
    return f"Minute {first}" if first == last else f"Minutes {first} to {last}"


@register.filter
def other_of(session: ReadingSession, role: str) -> UUID:
    """The other side's person, for whoever takes part as ``role``."""
    return session.reader_id if role == "client" else session.client_id
