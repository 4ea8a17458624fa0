"""Coming into a live room: every grant is made here, for one person, after the gate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend.accounts.models import User
from live.models import Stream
from live.ports import Grant
from live.stream_states import StreamRole
from live.streams import carriage, selectors
from live.streams.errors import YouAreTheHost
from live.streams.services import expulsions, hands


@dataclass(frozen=True)
class Entry:
    """One person in one room, with what their page needs to watch. Never stored."""

    stream: Stream
    role: StreamRole
    grant: Grant


def join(*, user: User, stream_id: UUID, at: datetime) -> Entry:
    """Let somebody watch. Joining again gets a new grant.

    :raises NotFound, PutOut, StreamNotLive, PassRequired, Suspended: the gate.
    :raises YouAreTheHost: hosts come in by start and token.
    :raises EngineFull, EngineUnreachable: try again.
    """
    admission = selectors.admitted(user, stream_id, at)
    if admission.role is StreamRole.HOST:
        raise YouAreTheHost("Start the stream, or ask for its token.")
    expulsions.forgive(user=user, stream_id=stream_id, at=at)
    grant = carriage.engine().viewer_grant(stream_id=stream_id, user_id=user.id, at=at)
    return Entry(admission.stream, admission.role, grant)


def renew(*, user: User, stream_id: UUID, at: datetime) -> Grant:
    """A new grant for somebody who is in the room: to publish for the host, else to watch.

    :raises NotFound, PutOut, StreamNotLive, PassRequired, Suspended: the gate.
    :raises EngineFull, EngineUnreachable: try again.
    """
    admission = selectors.admitted(user, stream_id, at)
    engine = carriage.engine()
    if admission.role is StreamRole.HOST:
        return engine.host_grant(stream_id=stream_id, user_id=user.id, at=at)
    return engine.viewer_grant(stream_id=stream_id, user_id=user.id, at=at)


def leave(*, user: User, stream_id: UUID, at: datetime) -> None:
    """Somebody goes: their hand comes down. Harmless when repeated, and when it is over.

    The picture ends with the page's own connection, and the count follows it.
    :raises NotFound: they may not know of it.
    """
    stream = selectors.stream_of(user, stream_id)
    hands.lower(user=user, stream_id=stream.id, at=at)
