"""Every event that the server tells a browser: the registry, and the one place of their shape.

    publish(events.ViewerCount(viewers=12), to=rooms.stream(stream_id))

``base`` says what an event is; one module for each kind of room.
"""

from __future__ import annotations

from backend.realtime.events.base import REGISTRY, Event, absent
from backend.realtime.events.inward import (
    Echo,
    MeterMoved,
    SocketsClosed,
)
from backend.realtime.events.people import (
    IncomingRequest,
    Notification,
    Pong,
    ReaderStatus,
    ReadingMoved,
    RequestAccepted,
    RequestCancelled,
    RequestDeclined,
    RequestMissed,
    Snapshot,
    Status,
)
from backend.realtime.events.readings import (
    BalanceLow,
    BalanceUpdated,
    BillingTick,
    CapReached,
    ChatDelivered,
    ChatMessage,
    ChatRead,
    Error,
    Joined,
    Meter,
    Quality,
    SessionEnded,
    SessionState,
    UserJoined,
    UserLeft,
)
from backend.realtime.events.streams import (
    Gift,
    HandRaised,
    Invite,
    Leaderboard,
    Moderation,
    Pin,
    StreamChanged,
    StreamChat,
    StreamEnded,
    StreamSnapshot,
    StreamState,
    ViewerCount,
)

__all__ = [
    "REGISTRY",
    "BalanceLow",
    "BalanceUpdated",
    "BillingTick",
    "CapReached",
    "ChatDelivered",
    "ChatMessage",
    "ChatRead",
    "Echo",
    "Error",
    "Event",
    "Gift",
    "HandRaised",
    "IncomingRequest",
    "Invite",
    "Joined",
    "Leaderboard",
    "Meter",
    "MeterMoved",
    "Moderation",
    "Notification",
    "Pin",
    "Pong",
    "Quality",
    "ReaderStatus",
    "ReadingMoved",
    "RequestAccepted",
    "RequestCancelled",
    "RequestDeclined",
    "RequestMissed",
    "SessionEnded",
    "SessionState",
    "Snapshot",
    "SocketsClosed",
    "Status",
    "StreamChanged",
    "StreamChat",
    "StreamEnded",
    "StreamSnapshot",
    "StreamState",
    "UserJoined",
    "UserLeft",
    "ViewerCount",
    "absent",
]
