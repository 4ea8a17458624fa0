"""Which billed minutes a technical fault made worthless, as far as that is proven (ADR 0018).

What one browser says about itself proves nothing: a page can be made to say anything. So a
minute counts as weak only when *both* sides measured it, and a broken end only when the server
saw the reader's page leave and the client's stay. Pure: no query, no clock, no settings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from live.states import Peer, Reason

MINUTE_S: Final = 60
# A browser's figures are kept four times a minute; three are enough, and each must be bad.
SAMPLES_MIN: Final = 3
# Every seventh packet is lost, or an answer takes longer than anybody waits for it.
LOSS_PCT_MIN: Final = 15.0
RTT_MS_MIN: Final = 1_500
# Of one reading. More than that is for people to look at.
MINUTES_MAX: Final = 5
# A page may leave so long before the last second that both are known to have been connected.
BREAK_TOLERANCE: Final = timedelta(seconds=15)
_BROKE: Final = frozenset({Reason.TIMEOUT.value, Reason.PAUSE_BUDGET.value})


class Why(StrEnum):
    """What was wrong with the minutes that come back."""

    WEAK = "weak"
    BROKE = "broke"


class Stretch(NamedTuple):
    """Both were connected from ``started_at`` on, and ``billed_s`` seconds of it were billed."""

    started_at: datetime
    billed_s: int


class Sample(NamedTuple):
    """What the browser of one side measured."""

    side: str
    at: datetime
    rtt_ms: int | None
    loss_pct: float | None

    @property
    def is_bad(self) -> bool:
        return (self.loss_pct or 0) >= LOSS_PCT_MIN or (self.rtt_ms or 0) >= RTT_MS_MIN


class Seen(NamedTuple):
    """The server saw a page of one side come into the room (``opened``) or leave it."""

    side: str
    at: datetime
    opened: bool


class Evidence(NamedTuple):
    """All that is judged. ``reason``: how the reading ended."""

    billed_s: int
    reason: str
    stretches: Sequence[Stretch]
    samples: Sequence[Sample]
    seen: Sequence[Seen]


class Fault(NamedTuple):
    """One minute (from 1 on) that should not have been charged, and why."""

    minute: int
    why: Why


def found(evidence: Evidence) -> list[Fault]:
    """The minutes that were proven worthless, in order, at most ``MINUTES_MAX`` of them."""
    faults = {minute: Fault(minute, Why.WEAK) for minute in _weak(evidence)}
    if _broke(evidence):
        last = -(-evidence.billed_s // MINUTE_S)
        faults.setdefault(last, Fault(last, Why.BROKE))
    return [faults[minute] for minute in sorted(faults)][:MINUTES_MAX]


def in_words(faults: Sequence[Fault]) -> str:
    """``Minute 9 was too weak to count.``"""
    weak = [fault.minute for fault in faults if fault.why is Why.WEAK]
    broke = [fault.minute for fault in faults if fault.why is Why.BROKE]
    said = []
    if len(weak) == 1:
        said.append(f"Minute {weak[0]} was too weak to count.")
    elif weak:
        listed = ", ".join(map(str, weak[:-1]))
        said.append(f"Minutes {listed} and {weak[-1]} were too weak to count.")
    if broke:
        said.append(f"The line to your reader broke in minute {broke[0]}.")
    return " ".join(said)


def _weak(evidence: Evidence) -> Iterator[int]:
    """Whole minutes in which every sample of both sides was bad."""
    for minute in range(1, evidence.billed_s // MINUTE_S + 1):
        pieces = list(_pieces(evidence.stretches, (minute - 1) * MINUTE_S, minute * MINUTE_S))
        within = [s for s in evidence.samples if any(a <= s.at < b for a, b in pieces)]
        if all(_is_bad_for(within, side) for side in (Peer.CLIENT, Peer.READER)):
            yield minute


def _is_bad_for(samples: Iterable[Sample], side: Peer) -> bool:
    mine = [sample for sample in samples if sample.side == side]
    return len(mine) >= SAMPLES_MIN and all(sample.is_bad for sample in mine)


def _pieces(
    stretches: Sequence[Stretch], from_s: int, to_s: int
) -> Iterator[tuple[datetime, datetime]]:
    """When the billed seconds ``from_s`` to ``to_s`` ran: a pause may part a minute."""
    done = 0
    for stretch in stretches:
        first, last = max(from_s - done, 0), min(to_s - done, stretch.billed_s)
        if first < last:
            began = stretch.started_at
            yield began + timedelta(seconds=first), began + timedelta(seconds=last)
        done += stretch.billed_s


def _broke(evidence: Evidence) -> bool:
    """The reading ended by a lost line, and the server saw whose page was gone: the reader's."""
    if evidence.reason not in _BROKE or not evidence.stretches or not evidence.billed_s:
        return False
    last = evidence.stretches[-1]
    over = last.started_at + timedelta(seconds=last.billed_s)
    reader, client = (_last_seen(evidence.seen, side) for side in (Peer.READER, Peer.CLIENT))
    reader_left = reader is not None and not reader.opened and reader.at >= over - BREAK_TOLERANCE
    return reader_left and client is not None and client.opened


def _last_seen(seen: Sequence[Seen], side: Peer) -> Seen | None:
    return max((one for one in seen if one.side == side), key=lambda one: one.at, default=None)
