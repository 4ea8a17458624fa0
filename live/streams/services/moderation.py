"""Order in a room: remove, pin, mute, and whom the host trusts with it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from backend.accounts.models import User
from backend.core.errors import InvalidInput, NotFound
from backend.realtime import events
from live.models import Stream, StreamMessage, StreamModerator, StreamSilence
from live.streams import selectors
from live.streams.errors import NotOnThem
from live.streams.services import expulsions, keepers

MODERATORS_MAX: Final = 50


@transaction.atomic
def remove(*, by: User, stream_id: UUID, message_id: UUID, at: datetime) -> None:
    """Take a message off everybody's page. Again changes nothing.

    :raises NotFound: no such message here.
    :raises Forbidden: it is somebody else's, and not theirs to keep order.
    :raises NotOnThem: it is the host's, or a fellow moderator's.
    """
    selectors.admitted(by, stream_id, at)
    message = keepers.message(stream_id, message_id)
    if message.sender_id != by.id:
        keepers.refuse_above(keepers.keeper(by, stream_id, at), message.sender_id)
    standing = StreamMessage.objects.filter(id=message_id, removed_at=None)
    if standing.update(removed_at=at, removed_by=by) != 1:
        return
    if Stream.objects.filter(id=stream_id, pinned=message_id).update(pinned=None):
        _tell_pin(stream_id, None)
    keepers.tell(stream_id, events.Moderation(act="removed", message_id=message_id))


@transaction.atomic
def pin(*, by: User, stream_id: UUID, message_id: UUID, at: datetime) -> None:
    """Keep a message above the chat; the one before it goes.

    :raises NotFound: no such message here that stands. :raises Forbidden: not theirs.
    """
    keepers.keeper(by, stream_id, at)
    kept = StreamMessage.objects.select_for_update(no_key=True, of=("self",))
    standing = kept.select_related("sender").filter(stream=stream_id, removed_at=None)
    message = standing.filter(id=message_id).first()
    if message is None:
        raise NotFound("There is no such message.")
    Stream.objects.filter(id=stream_id).update(pinned=message)
    _tell_pin(stream_id, message)


@transaction.atomic
def unpin(*, by: User, stream_id: UUID, at: datetime) -> None:
    """Nothing is pinned any more. Again changes nothing."""
    keepers.keeper(by, stream_id, at)
    if Stream.objects.filter(id=stream_id, pinned__isnull=False).update(pinned=None):
        _tell_pin(stream_id, None)


@transaction.atomic
def silence(
    *, by: User, stream_id: UUID, user_id: UUID, at: datetime, seconds: int | None = None
) -> StreamSilence:
    """Mute somebody for ``seconds``, or for as long as the stream runs.

    :raises NotFound: no such person. :raises Forbidden: not theirs.
    :raises NotOnThem: the host, a fellow moderator, or oneself.
    """
    admission = keepers.keeper(by, stream_id, at)
    keepers.refuse_above(admission, user_id)
    until = at + timedelta(seconds=seconds) if seconds else None
    kept, _ = StreamSilence.objects.update_or_create(
        stream=admission.stream,
        user=keepers.person(user_id),
        kind=StreamSilence.Kind.MUTE,
        defaults={"by": by, "at": at, "until": until},
    )
    keepers.tell(stream_id, events.Moderation(act="muted", user_id=user_id, until=until))
    return kept


@transaction.atomic
def trust(*, host: User, stream_id: UUID, user_id: UUID, at: datetime) -> None:
    """Make somebody a moderator of all of the host's rooms. Again changes nothing.

    :raises NotFound: no such stream of theirs, or no such person.
    :raises NotOnThem: oneself, or somebody who was put out.
    """
    stream = selectors.own(host, stream_id)
    person = keepers.person(user_id)
    if user_id == host.id or selectors.is_put_out(user_id, stream_id, at):
        raise NotOnThem
    if StreamModerator.objects.filter(host=host).count() >= MODERATORS_MAX:
        raise InvalidInput(f"At most {MODERATORS_MAX} people can be moderators.")
    _, is_new = StreamModerator.objects.get_or_create(host=host, user=person, defaults={"at": at})
    if is_new:
        keepers.tell(stream.id, events.Moderation(act="moderator_added", user_id=user_id))


@transaction.atomic
def distrust(*, host: User, stream_id: UUID, user_id: UUID, at: datetime) -> None:
    """Somebody is a viewer like others again. Harmless when they were one.

    They leave a room that they could be in only as a moderator.

    :raises NotFound: no such stream of theirs.
    """
    stream = selectors.own(host, stream_id)
    if StreamModerator.objects.filter(host=host, user=user_id).delete()[0]:
        keepers.tell(stream.id, events.Moderation(act="moderator_removed", user_id=user_id))
        if stream.is_live:
            expulsions.recheck(stream_id=stream.id, user_ids=[user_id], at=at)


def _tell_pin(stream_id: UUID, message: StreamMessage | None) -> None:
    keepers.tell(stream_id, pin_of(message))


def pin_of(message: StreamMessage | None) -> events.Pin:
    """The pinned message as browsers hear it."""
    if message is None:
        return events.Pin(message_id=None, sender_name="", text="")
    return events.Pin(message.id, message.sender.display_name, message.text)
