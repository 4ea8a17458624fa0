"""The written side of a reading: kept, delivered, read (realtime.md §1)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.core.errors import InvalidInput, NotFound
from backend.realtime import events, rooms
from backend.realtime.publish import publish
from live import errors
from live.models import KEY_CHARS_MAX, TEXT_CHARS_MAX, ChatMessage, ReadingSession
from live.services import connections
from live.states import Pause, Peer, State
from readers.kinds import Kind


@transaction.atomic
def send(
    *, session_id: UUID, sender: Peer, key: str, text: str, at: datetime, delivered: bool = False
) -> ChatMessage:
    """Keep a message and tell the room; the same key of a sender is kept once.

    ``delivered``: the other side's page is in the room. In a chat reading a word of the reader
    ends a pause for their silence.
    :raises InvalidInput: empty, or longer than 4,000 characters.
    :raises RoomClosed: the reading rings, is over, or waits for money.
    """
    _refuse_unfit(key, text)
    session = ReadingSession.objects.filter(id=session_id).first()
    if session is None:
        raise NotFound("There is no such reading.")
    if not _is_open(session):
        raise errors.RoomClosed("Nothing can be said in this reading now.")
    message, new = ChatMessage.objects.get_or_create(
        session=session,
        sender=sender.value,
        key=key,
        defaults={"text": text, "at": at, "delivered_at": at if delivered else None},
    )
    if new:
        publish(as_event(message), to=rooms.session(session_id))
        if sender is Peer.READER and session.kind == Kind.CHAT:
            connections.reader_spoke(session_id=session_id, at=at)
    return message


@transaction.atomic
def mark_delivered(*, session_id: UUID, to: Peer, at: datetime) -> int:
    """``to`` has opened the room: what waited for them is delivered; how many messages."""
    waiting = ChatMessage.objects.filter(
        session_id=session_id, sender=to.other.value, delivered_at=None
    )
    ids = list(waiting.order_by("id").values_list("id", flat=True))
    ChatMessage.objects.filter(id__in=ids).update(delivered_at=at)
    for message_id in ids:
        publish(
            events.ChatDelivered(message_id=message_id),
            to=rooms.session(session_id),
            only=to.other.value,
        )
    return len(ids)


@transaction.atomic
def mark_read(*, session_id: UUID, by: Peer, up_to: UUID, at: datetime) -> int:
    """``by`` has seen everything up to this message; how many were new to them.

    :raises NotFound: no message of the other side in this reading has that id.
    """
    theirs = ChatMessage.objects.filter(session_id=session_id, sender=by.other.value)
    if not theirs.filter(id=up_to).exists():
        raise NotFound("There is no such message.")
    unread = theirs.filter(id__lte=up_to, read_at=None)
    unread.filter(delivered_at=None).update(delivered_at=at)
    count = unread.update(read_at=at)
    if count:
        publish(events.ChatRead(up_to=up_to), to=rooms.session(session_id), only=by.other.value)
    return count


def as_event(message: ChatMessage) -> events.ChatMessage:
    """The message as browsers hear it."""
    return events.ChatMessage(
        message_id=message.id,
        key=message.key,
        sender=message.sender,
        text=message.text,
        at=message.at,
        delivered_at=message.delivered_at,
        read_at=message.read_at,
    )


def _refuse_unfit(key: str, text: str) -> None:
    if not text.strip() or len(text) > TEXT_CHARS_MAX or "\x00" in text:
        raise InvalidInput(f"A message holds 1 to {TEXT_CHARS_MAX} characters.")
    if not 0 < len(key) <= KEY_CHARS_MAX or "\x00" in key:
        raise InvalidInput("A message needs a key of its own.")


def _is_open(session: ReadingSession) -> bool:
    """While it waits for money nothing is said for free; a lost line may find its message."""
    if session.state in (State.CONNECTING, State.ACTIVE):
        return True
    return session.state == State.PAUSED and session.pause == Pause.MEDIA
