"""Order in a room: remove, pin, mute, put out, report, and whom the host trusts with it."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from django.db import transaction

from backend.accounts.models import Role, User
from backend.core.errors import Forbidden, InvalidInput, NotFound
from backend.notifications import services as notifications
from backend.realtime import closing, events, rooms
from backend.realtime.publish import publish
from live.models import Stream, StreamMessage, StreamModerator, StreamReport, StreamSilence
from live.ports import EngineFull, EngineRefused, EngineUnreachable
from live.stream_states import StreamRole, StreamState
from live.streams import carriage, selectors
from live.streams.errors import NotAMember

STAFF_TOLD_MAX: Final = 50
ENFORCED_AT_ONCE: Final = 200
MODERATORS_MAX: Final = 50
_EVERY_SOCKET: Final = 2**62
_Kind = StreamSilence.Kind


@transaction.atomic
def remove(*, by: User, stream_id: UUID, message_id: UUID, at: datetime) -> None:
    """Take a message off everybody's page. Again changes nothing.

    :raises NotFound: no such message here.
    :raises Forbidden: it is somebody else's, and not theirs to keep order.
    :raises NotAMember: it is the host's, or a fellow moderator's.
    """
    selectors.admitted(by, stream_id, at)
    message = _message(stream_id, message_id)
    if message.sender_id != by.id:
        _refuse_above(_keeper(by, stream_id, at), message.sender_id)
    standing = StreamMessage.objects.filter(id=message_id, removed_at=None)
    if standing.update(removed_at=at, removed_by=by) != 1:
        return
    if Stream.objects.filter(id=stream_id, pinned=message_id).update(pinned=None):
        _tell_pin(stream_id, None)
    _tell(stream_id, events.Moderation(act="removed", message_id=message_id))


@transaction.atomic
def pin(*, by: User, stream_id: UUID, message_id: UUID, at: datetime) -> None:
    """Keep a message above the chat; the one before it goes.

    :raises NotFound: no such message here that stands. :raises Forbidden: not theirs.
    """
    _keeper(by, stream_id, at)
    message = _message(stream_id, message_id)
    if message.removed_at is not None:
        raise NotFound("There is no such message.")
    Stream.objects.filter(id=stream_id).update(pinned=message)
    _tell_pin(stream_id, message)


@transaction.atomic
def unpin(*, by: User, stream_id: UUID, at: datetime) -> None:
    """Nothing is pinned any more. Again changes nothing."""
    _keeper(by, stream_id, at)
    if Stream.objects.filter(id=stream_id, pinned__isnull=False).update(pinned=None):
        _tell_pin(stream_id, None)


@transaction.atomic
def silence(
    *, by: User, stream_id: UUID, user_id: UUID, at: datetime, seconds: int | None = None
) -> StreamSilence:
    """Mute somebody for ``seconds``, or for as long as the stream runs.

    :raises NotFound: no such person. :raises Forbidden: not theirs.
    :raises NotAMember: the host, a fellow moderator, or oneself.
    """
    admission = _keeper(by, stream_id, at)
    _refuse_above(admission, user_id)
    until = at + timedelta(seconds=seconds) if seconds else None
    kept, _ = StreamSilence.objects.update_or_create(
        stream=admission.stream,
        user=_person(user_id),
        kind=_Kind.MUTE,
        defaults={"by": by, "at": at, "until": until},
    )
    _tell(stream_id, events.Moderation(act="muted", user_id=user_id, until=until))
    return kept


@transaction.atomic
def put_out(*, by: User, stream_id: UUID, user_id: UUID, at: datetime) -> StreamSilence:
    """Put somebody out for as long as the stream runs: their sockets close, the engine drops them.

    :raises NotFound: no such person. :raises Forbidden: not theirs.
    :raises NotAMember: the host, a fellow moderator, or oneself.
    """
    admission = _keeper(by, stream_id, at)
    _refuse_above(admission, user_id)
    kept, _ = StreamSilence.objects.update_or_create(
        stream=admission.stream,
        user=_person(user_id),
        kind=_Kind.PUT_OUT,
        defaults={"by": by, "at": at, "until": None, "enforced_at": None},
    )
    admission.stream.hands.filter(user=user_id, lowered_at=None).update(lowered_at=at)
    StreamModerator.objects.filter(host=admission.stream.host_id, user=user_id).delete()
    room = rooms.stream(stream_id)
    closed = events.SocketsClosed(user_id, closing.NOT_YOURS, room, newest=_EVERY_SOCKET)
    publish(closed, to=room)
    _tell(stream_id, events.Moderation(act="put_out", user_id=user_id))
    transaction.on_commit(partial(_enforce, kept.id, at), robust=True)
    return kept


@transaction.atomic
def lift(*, by: User, stream_id: UUID, user_id: UUID, at: datetime) -> None:
    """Somebody may speak and come in again. Harmless when nothing was in their way.

    :raises Forbidden: not theirs.
    """
    _keeper(by, stream_id, at)
    standing = StreamSilence.objects.filter(stream=stream_id, user=user_id)
    was_out = standing.filter(kind=_Kind.PUT_OUT).exists()
    if not standing.delete()[0]:
        return
    _tell(stream_id, events.Moderation(act="unmuted", user_id=user_id))
    if was_out:
        # Opening forgets everybody who was kept out, so the others are put out again.
        others = StreamSilence.objects.filter(stream=stream_id, kind=_Kind.PUT_OUT)
        others.update(enforced_at=None)
        transaction.on_commit(partial(_reopen, stream_id, at), robust=True)


@transaction.atomic
def trust(*, host: User, stream_id: UUID, user_id: UUID, at: datetime) -> None:
    """Make somebody a moderator of all of the host's rooms. Again changes nothing.

    :raises NotFound: no such stream of theirs, or no such person.
    :raises NotAMember: oneself, or somebody who was put out.
    """
    stream = selectors.own(host, stream_id)
    person = _person(user_id)
    if user_id == host.id or selectors.is_put_out(user_id, stream_id, at):
        raise NotAMember
    if StreamModerator.objects.filter(host=host).count() >= MODERATORS_MAX:
        raise InvalidInput(f"At most {MODERATORS_MAX} people can be moderators.")
    _, is_new = StreamModerator.objects.get_or_create(host=host, user=person, defaults={"at": at})
    if is_new:
        _tell(stream.id, events.Moderation(act="moderator_added", user_id=user_id))


@transaction.atomic
def distrust(*, host: User, stream_id: UUID, user_id: UUID) -> None:
    """Somebody is a viewer like others again. Harmless when they were one.

    :raises NotFound: no such stream of theirs.
    """
    stream = selectors.own(host, stream_id)
    if StreamModerator.objects.filter(host=host, user=user_id).delete()[0]:
        _tell(stream.id, events.Moderation(act="moderator_removed", user_id=user_id))


@transaction.atomic
def report(
    *,
    by: User,
    stream_id: UUID,
    reason: str,
    at: datetime,
    message_id: UUID | None = None,
    user_id: UUID | None = None,
) -> StreamReport:
    """Complain to our team about a message or a person, once each.

    :raises NotFound: no such stream, message or person. :raises NotAMember: about oneself.
    :raises InvalidInput: neither is named, or both.
    """
    stream = selectors.stream_of(by, stream_id)
    if (message_id is None) == (user_id is None):
        raise InvalidInput("Name either a message or a person.")
    message = _message(stream_id, message_id) if message_id else None
    about = message.sender if message else _person_here(stream, user_id)
    if about.id == by.id:
        raise NotAMember
    is_first = not StreamReport.objects.filter(stream=stream, about=about).exists()
    kept, _ = StreamReport.objects.get_or_create(
        stream=stream,
        reporter=by,
        about=about,
        message=message,
        defaults={"reason": reason.strip(), "at": at},
    )
    if is_first:
        _tell_staff(kept, at)
    return kept


def enforce_due(*, at: datetime) -> int:
    """Put out again whom the engine has not confirmed, of streams that run; how many."""
    due = StreamSilence.objects.filter(
        kind=_Kind.PUT_OUT, enforced_at=None, stream__state=StreamState.LIVE
    )
    ids = list(due.order_by("id").values_list("id", flat=True)[:ENFORCED_AT_ONCE])
    return sum(_enforce(silence_id, at) for silence_id in ids)


def _enforce(silence_id: UUID, at: datetime) -> bool:
    silenced = StreamSilence.objects.filter(id=silence_id).first()
    if silenced is None or not carriage.close(silenced.stream_id, silenced.user_id):
        return False
    StreamSilence.objects.filter(id=silence_id).update(enforced_at=at)
    return True


def _reopen(stream_id: UUID, at: datetime) -> None:
    try:
        carriage.engine().open(stream_id=stream_id)
    except (EngineUnreachable, EngineRefused, EngineFull):
        carriage.log.warning("room_not_opened", stream_id=str(stream_id))
        return
    enforce_due(at=at)


def _keeper(by: User, stream_id: UUID, at: datetime) -> selectors.Admission:
    """The gate for those who keep order: the host and the moderators of a live room."""
    admission = selectors.admitted(by, stream_id, at)
    if admission.role is StreamRole.VIEWER:
        raise Forbidden("Only the host and the moderators can do this.")
    return admission


def _refuse_above(admission: selectors.Admission, user_id: UUID) -> None:
    """Nobody acts on the host; a moderator not on a moderator."""
    stream = admission.stream
    if user_id == stream.host_id:
        raise NotAMember
    by_host = admission.role is StreamRole.HOST
    if not by_host and selectors.is_moderator(user_id, stream.host_id):
        raise NotAMember


def _message(stream_id: UUID, message_id: UUID) -> StreamMessage:
    kept = StreamMessage.objects.select_related("sender").filter(stream=stream_id, id=message_id)
    message = kept.first()
    if message is None:
        raise NotFound("There is no such message.")
    return message


def _person(user_id: UUID) -> User:
    person = User.objects.filter(id=user_id, is_active=True).first()
    if person is None:
        raise NotFound("There is no such person.")
    return person


def _person_here(stream: Stream, user_id: UUID | None) -> User:
    """Somebody who holds this stream or has said something in it."""
    said = StreamMessage.objects.filter(stream=stream, sender=user_id)
    if user_id is None or (user_id != stream.host_id and not said.exists()):
        raise NotFound("There is no such person here.")
    return _person(user_id)


def _tell(stream_id: UUID, event: events.Event) -> None:
    publish(event, to=rooms.stream(stream_id))


def _tell_pin(stream_id: UUID, message: StreamMessage | None) -> None:
    _tell(stream_id, pin_of(message))


def pin_of(message: StreamMessage | None) -> events.Pin:
    """The pinned message as browsers hear it."""
    if message is None:
        return events.Pin(message_id=None, sender_name="", text="")
    return events.Pin(message.id, message.sender.display_name, message.text)


def _tell_staff(report: StreamReport, at: datetime) -> None:
    admins = User.objects.filter(role=Role.ADMIN, is_active=True, frozen_at=None)
    for admin_id in admins.order_by("id").values_list("id", flat=True)[:STAFF_TOLD_MAX]:
        notifications.notify(
            user_id=admin_id,
            kind="staff",
            title=f"A report from the room “{report.stream.title}”",
            body=report.reason,
            url="/django-admin/live/streamreport/",
            at=at,
        )
