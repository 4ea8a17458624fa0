"""Names of the rooms that events are published to and sockets listen in."""

from __future__ import annotations

from uuid import UUID

from backend.core import redis


def session(session_id: UUID) -> str:
    """The two sides of one reading session."""
    return f"session:{session_id.hex}"


def side(room: str, role: str) -> str:
    """One side of a session's room: what only the other side says to it goes there."""
    return f"{room}:{role}"


def stream(stream_id: UUID) -> str:
    """Everybody in one live room, the host too."""
    return f"stream:{stream_id.hex}"


def user(user_id: UUID) -> str:
    """Every open page of one user."""
    return f"user:{user_id.hex}"


def readers() -> str:
    """Everybody with a page open: which reader is online, busy or away."""
    return "readers"


def doors() -> str:
    """Every process that holds sockets; only for closing them."""
    return "doors"


def channel(room: str) -> bytes:
    """The Redis channel of a room."""
    return redis.key("room", room).encode()
