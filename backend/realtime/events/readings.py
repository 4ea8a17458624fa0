"""What the two sides of a reading hear in its room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from backend.realtime.events.base import Event, absent


@dataclass(frozen=True)
class Joined(Event):
    """To the side that has just connected or sent ``join-reading``: the whole room as it is.

    ``peer``: {name, role, present, avatar_url}; ``session``: {id, kind, state, pause, reason,
    version, rate_per_minute_cents, currency, cap_cents, deadline_at, question}; ``meter`` as the
    event ``meter``; ``messages``: the latest chat messages, oldest first.
    """

    type: ClassVar[str] = "joined"
    role: str
    polite: bool
    ice_policy: str
    peer: Mapping[str, Any]
    session: Mapping[str, Any]
    meter: Mapping[str, Any]
    messages: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class UserJoined(Event):
    """To the other side of a session: ``role`` has opened the room. The client offers now."""

    type: ClassVar[str] = "user-joined"
    role: str


@dataclass(frozen=True)
class UserLeft(Event):
    """To the other side of a session: the socket of ``role`` has closed."""

    type: ClassVar[str] = "user-left"
    role: str


@dataclass(frozen=True)
class Meter(Event):
    """To the side whose heartbeat it answers. ``earned_cents`` only for the reader;
    ``remaining_s`` for the client, and for the reader in the last two minutes."""

    type: ClassVar[str] = "meter"
    elapsed_s: int
    cost_cents: int
    state: str
    pause: str | None
    version: int
    server_time: datetime
    earned_cents: int | None = absent()
    remaining_s: int | None = absent()


@dataclass(frozen=True)
class SessionState(Event):
    """To both sides of a session: it moved. A page ignores a ``version`` older than its own."""

    type: ClassVar[str] = "session-state"
    state: str
    pause: str | None
    reason: str | None
    version: int
    deadline_at: datetime | None
    server_time: datetime


@dataclass(frozen=True)
class BillingTick(Event):
    """To one side of a session: minutes were charged. ``balance_cents`` only for the client,
    ``earned_cents`` only for the reader."""

    type: ClassVar[str] = "billing-tick"
    minute: int
    charged_cents: int
    total_cents: int
    server_time: datetime
    balance_cents: int | None = absent()
    earned_cents: int | None = absent()


@dataclass(frozen=True)
class BalanceLow(Event):
    """To both sides of a session: ``seconds_left`` until ``why`` (funds or cap) stops the meter."""

    type: ClassVar[str] = "balance-low"
    seconds_left: int
    why: str | None = absent()


@dataclass(frozen=True)
class BalanceUpdated(Event):
    """To the client, in the room and on every page: what can be spent now."""

    type: ClassVar[str] = "balance-updated"
    available_cents: int


@dataclass(frozen=True)
class CapReached(Event):
    """To both sides of a session: the client's own spend cap is used up."""

    type: ClassVar[str] = "cap-reached"
    cap_cents: int


@dataclass(frozen=True)
class Quality(Event):
    """To one side of a session: how good both connections are, 0 (none) to 4, and in words."""

    type: ClassVar[str] = "quality"
    self: int
    peer: int
    words: str

    def content(this) -> dict[str, Any]:  # noqa: N805  (one of the fields is called self)
        return {"self": this.self, "peer": this.peer, "words": this.words}


@dataclass(frozen=True)
class ChatMessage(Event):
    """To both sides of a session, the sender too: a stored message. ``key`` is the sender's."""

    type: ClassVar[str] = "chat-message"
    message_id: UUID
    key: str
    sender: str
    text: str
    at: datetime
    delivered_at: datetime | None
    read_at: datetime | None


@dataclass(frozen=True)
class ChatRead(Event):
    """To the other side of a session: everything up to ``up_to`` was read."""

    type: ClassVar[str] = "chat-read"
    up_to: UUID


@dataclass(frozen=True)
class ChatDelivered(Event):
    """To the sender of a chat message: it reached the other page."""

    type: ClassVar[str] = "chat-delivered"
    message_id: UUID


@dataclass(frozen=True)
class SessionEnded(Event):
    """To one side of a session: it is over, nothing more will be charged. The socket closes.

    ``total_cents`` only for the client, ``earned_cents`` only for the reader.
    """

    type: ClassVar[str] = "session-ended"
    closes: ClassVar[int] = 4410
    cause: str
    reason: str | None
    billed_seconds: int
    receipt_url: str
    total_cents: int | None = absent()
    earned_cents: int | None = absent()


@dataclass(frozen=True)
class Error(Event):
    """To the socket whose frame was refused. ``ref`` is that frame's own id."""

    type: ClassVar[str] = "error"
    code: str
    detail: str
    ref: str | None = None
