"""What a decision about a reading is made from, and what it is made of.

Plain values only: no query, no clock, no settings. Cents, whole seconds, UTC instants.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import attrgetter
from typing import NamedTuple, TypeVar
from uuid import UUID

from live.states import Peer, What

SECOND = timedelta(seconds=1)
T = TypeVar("T")


def known(value: T | None) -> T:
    """A value that the state of a reading promises to be there.

    :raises ValueError: it is not, so the row contradicts itself.
    """
    if value is None:
        raise ValueError("this reading lacks a value that its state promises")
    return value


@dataclass(frozen=True, slots=True)
class Rules:
    """The numbers of money.md §4, in seconds unless the name says otherwise."""

    quota_s: int = 120
    min_start_s: int = 180
    step_s: int = 60
    warn_s: tuple[int, ...] = (120, 60)
    max_s: int = 3600
    max_warn_s: int = 300
    heartbeat_s: int = 5
    tolerance_s: int = 10
    grace_s: int = 45
    pause_budget_s: int = 180
    funds_grace_s: int = 60
    checkout_grace_s: int = 180
    funds_pauses_max: int = 3
    ring_s: int = 45
    connect_s: int = 60
    silence_s: int = 90
    silence_grace_s: int = 300
    orphan_s: int = 600

    @property
    def tolerance(self) -> timedelta:
        """How long a peer may be silent and still count as there."""
        return self.tolerance_s * SECOND


@dataclass(slots=True)
class Reading:
    """One row of ``ReadingSession`` in memory; the field names are its columns.

    ``segment_start`` is the instant up to which observed time is already in ``billable_s``.
    ``segment_opened_at`` is where the running stretch began, at ``segment_opened_s``
    billable seconds. ``paused_from`` is the last
    instant that was billed before a pause.
    """

    id: UUID
    client_id: UUID
    reader_id: UUID
    kind: str
    state: str
    pause: str
    reason: str
    version: int
    rate_per_minute_cents: int
    increment_s: int
    split_bps: int
    free_s: int
    cap_cents: int | None
    billable_s: int
    captured_promo_cents: int
    captured_cash_cents: int
    held_promo_cents: int
    held_cash_cents: int
    released_cents: int
    reader_total_cents: int
    holds: int
    segments: int
    funds_pauses: int
    client_drops: int
    reader_drops: int
    segment_start: datetime | None
    segment_opened_at: datetime | None
    segment_opened_s: int
    client_seen_at: datetime | None
    reader_seen_at: datetime | None
    paused_s: int
    paused_from: datetime | None
    deadline_at: datetime | None
    next_due_at: datetime | None
    checkout_until: datetime | None
    reader_spoke_at: datetime | None
    funded_s: int
    warned_s: int | None
    unbilled_s: int
    accepted_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None

    def copy(self) -> Reading:
        return Reading(*_columns_of(self))

    @property
    def captured_cents(self) -> int:
        return self.captured_promo_cents + self.captured_cash_cents

    @property
    def available_cents(self) -> int:
        """What is held and neither captured nor given back."""
        held = self.held_promo_cents + self.held_cash_cents
        return held - self.captured_cents - self.released_cents


COLUMNS: tuple[str, ...] = tuple(Reading.__slots__)
_columns_of = attrgetter(*COLUMNS)


class Sight(NamedTuple):
    """The beats of both peers, read after the row was locked (R12).

    ``gap_from``: the first silence longer than the tolerance that no settle has consumed; the
    epoch when a peer beats without a previous stamp, so that nothing is proven. A peer that was
    marked down is not there until its next beat, whatever its stamp says.
    """

    client_at: datetime | None = None
    reader_at: datetime | None = None
    gap_from: datetime | None = None
    client_down: bool = False
    reader_down: bool = False

    def is_down(self, peer: Peer) -> bool:
        return self.client_down if peer is Peer.CLIENT else self.reader_down

    def of(self, peer: Peer) -> datetime | None:
        return self.client_at if peer is Peer.CLIENT else self.reader_at


class Purse(NamedTuple):
    """What the client could still spend, beside what is held.

    ``kept_back_cents``: what is there as well, but beyond the client's own spend limit.
    """

    promo_cents: int = 0
    cash_cents: int = 0
    kept_back_cents: int = 0

    @classmethod
    def within(cls, room_cents: int | None, *, promo_cents: int, cash_cents: int) -> Purse:
        """The part of a wallet that a spend limit leaves room for; promo first."""
        if room_cents is None:
            return cls(promo_cents, cash_cents)
        promo = min(promo_cents, room_cents)
        cash = min(cash_cents, room_cents - promo)
        return cls(promo, cash, promo_cents + cash_cents - promo - cash)


class Event(NamedTuple):
    """What happened, to be decided on. ``why``: the page's own word for leaving."""

    what: What
    peer: Peer | None = None
    cap_cents: int | None = None
    until: datetime | None = None
    why: str = ""


class HoldMore(NamedTuple):
    """Movement 3: reserve, promo first."""

    n: int
    promo_cents: int
    cash_cents: int


class Take(NamedTuple):
    """Movement 4: capture for the first ``billable_s`` seconds and renew the hold with it."""

    billable_s: int
    reader_cents: int
    platform_cents: int
    renew_promo_cents: int
    renew_cash_cents: int

    @property
    def gross_cents(self) -> int:
        return self.reader_cents + self.platform_cents


class GiveBack(NamedTuple):
    """Movement 5: release what is left, each part to its own pot."""

    promo_cents: int
    cash_cents: int


class FreeTime(NamedTuple):
    """Movement 19: the reader's pay for seconds that the platform gave away."""

    cents: int


Money = HoldMore | Take | GiveBack | FreeTime


class Stretch(NamedTuple):
    """A stretch in which both were connected, as it closes."""

    n: int
    started_at: datetime
    ended_at: datetime
    billed_s: int


class TimeShort(NamedTuple):
    """Time runs short: ``seconds_left`` until ``why`` (funds, cap or max) stops the meter."""

    seconds_left: int
    why: str


class Facts(NamedTuple):
    """All that a decision may look at."""

    row: Reading
    event: Event
    sight: Sight
    purse: Purse
    at: datetime
    frozen: bool = False


@dataclass(slots=True)
class Decision:
    """What becomes of a reading.

    ``changed``: the row differs. ``moved``: the room must hear of a new state, pause or
    deadline. ``refused``: the event is not possible in this state; nothing changed.
    """

    before: Reading
    after: Reading
    event: Event
    changed: bool = False
    moved: bool = False
    refused: bool = False
    money: Sequence[Money] = ()
    stretches: Sequence[Stretch] = ()
    warning: TimeShort | None = None
    down: Sequence[Peer] = ()
    gap_consumed: bool = False
    unbilled_s: int = 0
    opened: bool = False
    spendable_cents: int = 0
    missing: str = ""


@dataclass(slots=True)
class Draft:
    """The working copy while a decision is being made."""

    facts: Facts
    rules: Rules
    row: Reading
    promo_cents: int
    cash_cents: int
    money: list[Money] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)
    warning: TimeShort | None = None
    down: list[Peer] = field(default_factory=list)
    gap_consumed: bool = False
    unbilled_s: int = 0
    opened: bool = False
    refused: bool = False
    missing: str = ""
