"""What readings put into the sockets: the gate of their rooms, and the way back to a live one."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from backend.accounts.models import User
from backend.core.errors import NotFound
from backend.realtime import me, tickets
from live import selectors


@tickets.gate("sessions")
def enter_session(user: User, rest: str | None) -> str:
    """``client`` or ``reader``, from the row.

    :raises NotFound: no such reading, or not one of theirs.
    """
    try:
        session_id = UUID(rest or "")
    except ValueError:
        raise NotFound("There is no such reading.") from None
    session = selectors.session_of(user, session_id)
    return selectors.role_of(user, session).value


@me.shows("active_session")
def active_session(user: User) -> dict[str, Any] | None:
    """The live reading of a page's owner, for its return bar."""
    active = selectors.active_of(user)
    return asdict(active) if active else None
