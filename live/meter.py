"""What the meter shows between settles (R6, R17). Pure: a snapshot and two stamps.

The server answers every heartbeat with these figures; a page only interpolates seconds.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from backend.realtime.beats import Beats
from backend.realtime.events import Meter, MeterMoved
from live.facts import SECOND, Reading
from live.states import Pause, Peer, State
from readers import pricing

READER_SEES_LEFT_S: Final = 120
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Need(StrEnum):
    """What a heartbeat makes necessary beyond its answer."""

    NOTHING = "nothing"
    UP = "up"
    SETTLE = "settle"


def moved(row: Reading, *, max_s: int) -> MeterMoved:
    """The snapshot of a row: what the meter counts from, as of its version."""
    return MeterMoved(
        session_id=row.id,
        version=row.version,
        kind=row.kind,
        state=row.state,
        pause=row.pause or None,
        billed_s=row.billable_s,
        segment_start=row.segment_start,
        rate_cents=row.rate_per_minute_cents,
        increment_s=row.increment_s,
        free_s=row.free_s,
        split_bps=row.split_bps,
        funded_s=min(row.funded_s, max_s),
        deadline_at=row.deadline_at,
    )


def elapsed_s(known: MeterMoved, beats: Beats) -> int:
    """Seconds proven so far, within what is funded."""
    if known.state != State.ACTIVE or known.segment_start is None:
        return known.billed_s
    until = min(beats.client_at or _NEVER, beats.reader_at or _NEVER)
    if beats.gap_from is not None:
        until = min(until, beats.gap_from)
    running = max(until - known.segment_start, timedelta(0)) // SECOND
    return max(known.billed_s, min(known.billed_s + running, known.funded_s))


def figures(known: MeterMoved, beats: Beats, *, role: str, now: datetime) -> Meter:
    """The answer to a heartbeat of ``role``.

    ``earned_cents`` is for the reader; ``remaining_s`` for the client, and for the reader in
    the last two minutes.
    """
    elapsed = elapsed_s(known, beats)
    cost = pricing.price(
        seconds=elapsed,
        rate_cents=known.rate_cents,
        increment_s=known.increment_s,
        free_s=known.free_s,
    )
    left = max(0, known.funded_s - elapsed)
    reads = role == Peer.READER
    return Meter(
        elapsed_s=elapsed,
        cost_cents=cost,
        state=known.state,
        pause=known.pause,
        version=known.version,
        server_time=now,
        earned_cents=pricing.share(gross_cents=cost, split_bps=known.split_bps) if reads else None,
        remaining_s=None if reads and left > READER_SEES_LEFT_S else left,
    )


def need(known: MeterMoved, beats: Beats, now: datetime) -> Need:
    """What must happen at once: only then does a heartbeat cost a transaction."""
    if known.state == State.ACTIVE:
        if beats.gap_from is not None:
            return Need.UP
        spent = elapsed_s(known, beats) >= known.funded_s
        return Need.SETTLE if spent else Need.NOTHING
    waiting = known.state == State.CONNECTING or (
        known.state == State.PAUSED
        and (known.pause == Pause.MEDIA or known.funded_s > known.billed_s)
    )
    return Need.UP if waiting and beats.both_fresh(now) else Need.NOTHING
