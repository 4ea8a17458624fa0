"""What the people in a live room hear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from backend.realtime.events.base import Event, absent


@dataclass(frozen=True)
class StreamSnapshot(Event):
    """To the page that has just connected: the whole room as it is.

    ``stream``: {id, title, state, access, version, started_at, slow_mode_s, back_at, host: {id,
    name, slug, photo_url}, host_is}; ``you``: {id, name, role (host, moderator, viewer), muted,
    muted_until (null while muted: as long as it runs), hand_raised}; ``viewers``; ``messages``:
    the latest ``stream-chat``, oldest first; ``gifts``: the latest ``gift``, oldest first;
    ``pin`` as the event ``pin``; ``goal``: {title, cents, reached_cents} or null;
    ``leaderboard`` as the event; ``hands``, host only: raised hands [{user_id, name,
    raised_at, invited_at}].
    """

    type: ClassVar[str] = "stream-snapshot"
    stream: Mapping[str, Any]
    you: Mapping[str, Any]
    viewers: int
    messages: Sequence[Mapping[str, Any]]
    gifts: Sequence[Mapping[str, Any]]
    pin: Mapping[str, Any] | None
    goal: Mapping[str, Any] | None
    leaderboard: Mapping[str, Any]
    hands: Sequence[Mapping[str, Any]] | None = absent()


@dataclass(frozen=True)
class StreamState(Event):
    """To everybody in a live room: it moved, or the host's picture came or went.

    ``host``: on_air, away (the picture is gone; the room waits until ``back_at``) or in_reading
    (a paid reading runs; ``back_at`` is when it ends at the latest).
    """

    type: ClassVar[str] = "stream-state"
    state: str
    host: str
    back_at: datetime | None
    version: int
    server_time: datetime


@dataclass(frozen=True)
class StreamChanged(Event):
    """To everybody in a live room: the host changed its title, its slow mode or its goal."""

    type: ClassVar[str] = "stream-changed"
    title: str
    slow_mode_s: int
    goal: Mapping[str, Any] | None


@dataclass(frozen=True)
class ViewerCount(Event):
    """To everybody in a live room: how many watch now."""

    type: ClassVar[str] = "viewer-count"
    viewers: int


@dataclass(frozen=True)
class StreamChat(Event):
    """To everybody in a live room: a stored message. ``key`` is the sender's own."""

    type: ClassVar[str] = "stream-chat"
    message_id: UUID
    key: str
    sender_id: UUID
    sender_name: str
    role: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Pin(Event):
    """To everybody in a live room: the pinned message, or none any more (``text`` empty)."""

    type: ClassVar[str] = "pin"
    message_id: UUID | None
    sender_name: str
    text: str


@dataclass(frozen=True)
class Moderation(Event):
    """To everybody in a live room: ``act`` is removed (a message), muted, unmuted or put_out
    (a user), moderator_added or moderator_removed."""

    type: ClassVar[str] = "moderation"
    act: str
    message_id: UUID | None = absent()
    user_id: UUID | None = absent()
    until: datetime | None = absent()


@dataclass(frozen=True)
class HandRaised(Event):
    """To the host: a viewer raised a hand, or took it down (``raised`` false)."""

    type: ClassVar[str] = "hand-raised"
    user_id: UUID
    name: str
    raised: bool
    at: datetime


@dataclass(frozen=True)
class Invite(Event):
    """To one viewer, on every page: the host invites them to a paid reading of ``kind``."""

    type: ClassVar[str] = "invite"
    stream_id: UUID
    reader_id: UUID
    reader_name: str
    kind: str
    rate_per_minute_cents: int
    url: str
    expires_at: datetime


@dataclass(frozen=True)
class Gift(Event):
    """To everybody in a live room: a gift was paid and is on its way across the screen.

    ``gift``: {code, name, art_url, animation, grand, price_cents}; ``sender_id`` is null and
    ``sender_name`` "Anonymous" when the sender wished so; ``combo`` counts equal gifts of one
    sender in a row; ``total_cents`` is what the stream was given so far.
    """

    type: ClassVar[str] = "gift"
    id: UUID
    gift: Mapping[str, Any]
    sender_id: UUID | None
    sender_name: str
    combo: int
    total_cents: int
    at: datetime


@dataclass(frozen=True)
class Leaderboard(Event):
    """To everybody in a live room: who gave most in this stream.

    ``rows``: {place, name, user_id (null when anonymous), total_cents}, at most ten.
    """

    type: ClassVar[str] = "leaderboard"
    rows: Sequence[Mapping[str, Any]]
    total_cents: int
    goal: Mapping[str, Any] | None


@dataclass(frozen=True)
class StreamEnded(Event):
    """To everybody in a live room: it is over. ``earned_cents`` only for the host."""

    type: ClassVar[str] = "stream-ended"
    closes: ClassVar[int] = 4410
    reason: str
    seconds: int
    peak_viewers: int
    gifts_cents: int
    url: str
    earned_cents: int | None = absent()
