"""What live rooms put into the sockets: the gate of their tickets."""

from __future__ import annotations

from uuid import UUID

from backend.accounts.models import User
from backend.core import clock
from backend.core.errors import NotFound
from backend.realtime import tickets
from live.streams import selectors


@tickets.gate("streams")
def enter_stream(user: User, rest: str | None) -> str:
    """``host``, ``moderator`` or ``viewer``: whoever may be in the room now.

    :raises NotFound, PutOut, StreamNotLive, PassRequired, Suspended: see ``selectors.admitted``.
    """
    try:
        stream_id = UUID(rest or "")
    except ValueError:
        raise NotFound("There is no such stream.") from None
    return selectors.admitted(user, stream_id, clock.now()).role.value
