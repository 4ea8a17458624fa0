"""Who keeps order in a room, on whom, and how the room hears of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from backend.accounts.models import User
from backend.core.errors import Forbidden, NotFound
from backend.realtime import events, rooms
from backend.realtime.publish import publish
from live.models import StreamMessage
from live.stream_states import StreamRole
from live.streams import selectors
from live.streams.errors import NotOnThem


def keeper(by: User, stream_id: UUID, at: datetime) -> selectors.Admission:
    """The gate for those who keep order: the host and the moderators of a live room."""
    admission = selectors.admitted(by, stream_id, at)
    if admission.role is StreamRole.VIEWER:
        raise Forbidden("Only the host and the moderators can do this.")
    return admission


def refuse_above(admission: selectors.Admission, user_id: UUID) -> None:
    """Nobody acts on the host; a moderator not on a moderator."""
    stream = admission.stream
    if user_id == stream.host_id:
        raise NotOnThem
    by_host = admission.role is StreamRole.HOST
    if not by_host and selectors.is_moderator(user_id, stream.host_id):
        raise NotOnThem


def message(stream_id: UUID, message_id: UUID) -> StreamMessage:
    kept = StreamMessage.objects.select_related("sender").filter(stream=stream_id, id=message_id)
    message = kept.first()
    if message is None:
        raise NotFound("There is no such message.")
    return message


def person(user_id: UUID) -> User:
    person = User.objects.filter(id=user_id, is_active=True).first()
    if person is None:
        raise NotFound("There is no such person.")
    return person


def tell(stream_id: UUID, event: events.Event) -> None:
    publish(event, to=rooms.stream(stream_id))
