"""The chat of a live room: kept once, heard by everybody, within limits."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from backend.accounts.models import User
from backend.core.errors import InvalidInput, TooMany
from backend.realtime import events, rooms
from backend.realtime.publish import publish
from live.models import STREAM_KEY_CHARS_MAX, STREAM_TEXT_CHARS_MAX, Stream, StreamMessage
from live.stream_states import StreamRole
from live.streams import selectors, words
from live.streams.errors import BlockedWord, Muted, SlowMode

_WINDOW: Final = timedelta(seconds=10)


@transaction.atomic
def send(*, stream_id: UUID, sender_id: UUID, key: str, text: str, at: datetime) -> StreamMessage:
    """Keep a message and tell the room; the same key of a sender is kept once.

    :raises InvalidInput: empty, or longer than 500 characters.
    :raises NotFound, PutOut, StreamNotLive, PassRequired, Suspended: the gate.
    :raises Muted: they may not speak here now. :raises TooMany: ten within ten seconds.
    :raises SlowMode: too soon after their last one. :raises BlockedWord: nothing was kept.
    """
    _refuse_unfit(key, text)
    # One sender's messages wait for each other, from however many pages they come.
    sender = User.objects.select_for_update(no_key=True).get(pk=sender_id)
    admission = selectors.admitted(sender, stream_id, at)
    sent = StreamMessage.objects.filter(stream=stream_id, sender=sender)
    if (known := sent.filter(key=key).first()) is not None:
        return known
    if admission.role is not StreamRole.HOST and selectors.mute_of(sender.pk, stream_id, at):
        raise Muted
    latest = list(sent.order_by("-id").values_list("at", flat=True)[: _most()])
    _refuse_haste(latest, at)
    if admission.role is StreamRole.VIEWER:
        _refuse_soon(admission.stream, latest, at)
    if words.found_in(text, admission.stream.own_words) is not None:
        raise BlockedWord
    message = StreamMessage.objects.create(
        stream=admission.stream, sender=sender, key=key, text=text.strip(), at=at
    )
    publish(as_event(message, admission.role), to=rooms.stream(stream_id))
    return message


def as_event(message: StreamMessage, role: StreamRole) -> events.StreamChat:
    """The message as browsers hear it; ``role`` is its sender's."""
    return events.StreamChat(
        message_id=message.id,
        key=message.key,
        sender_id=message.sender_id,
        sender_name=message.sender.display_name,
        role=role.value,
        text=message.text,
        at=message.at,
    )


def _most() -> int:
    return int(settings.STREAM_CHAT_PER_10_SECONDS)


def _refuse_unfit(key: str, text: str) -> None:
    if not text.strip() or len(text) > STREAM_TEXT_CHARS_MAX or "\x00" in text:
        raise InvalidInput(f"A message holds 1 to {STREAM_TEXT_CHARS_MAX} characters.")
    if not 0 < len(key) <= STREAM_KEY_CHARS_MAX or "\x00" in key:
        raise InvalidInput("A message needs a key of its own.")


def _refuse_haste(latest: list[datetime], at: datetime) -> None:
    """``latest``: when the sender's last ten were sent, newest first."""
    if len(latest) == _most() and latest[-1] > at - _WINDOW:
        wait = latest[-1] + _WINDOW - at
        raise TooMany("Write a little slower.", retry_after=ceil(wait.total_seconds()))


def _refuse_soon(stream: Stream, latest: list[datetime], at: datetime) -> None:
    pause = timedelta(seconds=stream.slow_mode_s)
    if latest and at < latest[0] + pause:
        wait = ceil((latest[0] + pause - at).total_seconds())
        raise SlowMode(f"You can write again in {wait} seconds.", retry_after=wait)
