"""Every event that the server tells a browser: the registry, and the one place of their shape.

An event is a frozen dataclass of plain values: ``_cents``, whole seconds, UTC instants (sent as
ISO 8601 with ``Z``), ids (sent as text). Its docstring says *to whom* it goes. A field made with
``absent()`` is left out of the frame when it is None; every other None is sent as null.

``inward`` events are heard by the server's sockets themselves and never reach a browser.
An event with ``closes`` ends the socket with that code after it was sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

REGISTRY: dict[str, type[Event]] = {}


def absent() -> Any:
    """A field that is left out of the frame when it has no value."""
    return field(default=None, metadata={"absent": True})


@dataclass(frozen=True)
class Event:
    """Base of every event. ``type`` is the name on the wire."""

    type: ClassVar[str] = ""
    inward: ClassVar[bool] = False
    closes: ClassVar[int] = 0

    def __init_subclass__(cls) -> None:
        if cls.type in REGISTRY:
            raise TypeError(f"two events are called {cls.type!r}")
        REGISTRY[cls.type] = cls

    def content(self) -> dict[str, Any]:
        """What goes into ``data``."""
        return {
            name: value
            for name, absent in _fields_of(self)
            if (value := getattr(self, name)) is not None or not absent
        }


_known_fields: dict[str, tuple[tuple[str, bool], ...]] = {}


def _fields_of(event: Event) -> tuple[tuple[str, bool], ...]:
    """Names of an event's fields, and whether one is left out when it has no value."""
    known = _known_fields.get(event.type)
    if known is None:
        known = tuple((f.name, "absent" in f.metadata) for f in fields(event))
        _known_fields[event.type] = known
    return known


# ── Session room ────────────────────────────────────────────────────────────────────────────
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


# ── A user's pages ──────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Snapshot(Event):
    """To a page that has just connected: who it is, what runs, what waits."""

    type: ClassVar[str] = "snapshot"
    user: Mapping[str, Any]
    active_session: Mapping[str, Any] | None
    unread: int
    status: Mapping[str, Any] | None = absent()


@dataclass(frozen=True)
class Pong(Event):
    """To the page whose heartbeat it answers."""

    type: ClassVar[str] = "pong"
    server_time: datetime


@dataclass(frozen=True)
class IncomingRequest(Event):
    """To the reader: a client asks for a reading; it rings until ``expires_at``."""

    type: ClassVar[str] = "incoming-request"
    session_id: UUID
    client_name: str
    kind: str
    rate_per_minute_cents: int
    cap_cents: int | None
    question: str
    past_readings: int
    expires_at: datetime


@dataclass(frozen=True)
class RequestAccepted(Event):
    """To the client: the reader accepted; the room is at ``url``."""

    type: ClassVar[str] = "request-accepted"
    session_id: UUID
    url: str


@dataclass(frozen=True)
class RequestDeclined(Event):
    """To the client: the reader declined."""

    type: ClassVar[str] = "request-declined"
    session_id: UUID
    reason: str


@dataclass(frozen=True)
class RequestMissed(Event):
    """To both: nobody answered in time."""

    type: ClassVar[str] = "request-missed"
    session_id: UUID
    reason: str


@dataclass(frozen=True)
class RequestCancelled(Event):
    """To the reader: the client took the request back."""

    type: ClassVar[str] = "request-cancelled"
    session_id: UUID
    reason: str


@dataclass(frozen=True)
class ReadingMoved(Event):
    """To both, on every page: their reading changed its state (the way back to the room)."""

    type: ClassVar[str] = "reading-moved"
    session_id: UUID
    state: str
    url: str


@dataclass(frozen=True)
class ReaderStatus(Event):
    """To everybody: a reader is now online (for ``kinds``), busy or offline."""

    type: ClassVar[str] = "reader-status"
    reader_id: UUID
    status: str
    kinds: Sequence[str]


@dataclass(frozen=True)
class Status(Event):
    """To the reader: their own status changed, and why."""

    type: ClassVar[str] = "status"
    status: str
    reason: str | None


@dataclass(frozen=True)
class Notification(Event):
    """To one user, on every page: something happened that has a row of its own."""

    type: ClassVar[str] = "notification"
    id: UUID
    kind: str
    title: str
    body: str
    url: str


# ── Between processes, never to a browser ───────────────────────────────────────────────────
@dataclass(frozen=True)
class MeterMoved(Event):
    """To the sockets of a session's room: what the meter counts from, as of ``version``.

    Published with every change of the session's row, so that a heartbeat can be answered
    without a query (``snapshot.py`` keeps the newest). ``billed_s`` are the seconds of closed
    segments; ``segment_start`` is when the running one began; ``funded_s`` is how many seconds
    the client can pay for in all, cap and maximum included.
    """

    type: ClassVar[str] = "meter-moved"
    inward: ClassVar[bool] = True
    session_id: UUID
    version: int
    kind: str
    state: str
    pause: str | None
    billed_s: int
    segment_start: datetime | None
    rate_cents: int
    increment_s: int
    free_s: int
    split_bps: int
    funded_s: int
    deadline_at: datetime | None


@dataclass(frozen=True)
class SocketsClosed(Event):
    """To every process: close the sockets of one user with ``code``.

    With ``room``, only those in it that are older than connection ``keep`` (its number says when
    it came): the takeover by a newer device.
    """

    type: ClassVar[str] = "sockets-closed"
    inward: ClassVar[bool] = True
    user_id: UUID
    code: int
    room: str | None = None
    newest: int | None = None
