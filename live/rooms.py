"""The gate of the session rooms: who gets a ticket for which socket, and as whom."""

from __future__ import annotations

from uuid import UUID

from backend.accounts.models import User
from backend.core.errors import NotFound
from backend.realtime import tickets
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
