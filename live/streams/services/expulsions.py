"""Putting people out of a room: the gate, their sockets and the engine all keep to it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction

from backend.accounts.models import User
from backend.core.errors import DomainError
from backend.realtime import closing, events, rooms
from backend.realtime.publish import publish
from live.models import Stream, StreamModerator, StreamSilence
from live.stream_states import StreamState
from live.streams import carriage, selectors
from live.streams.services import keepers

log = structlog.get_logger(__name__)
ENFORCED_AT_ONCE: Final = 200
_EVERY_SOCKET: Final = 2**62
_Kind = StreamSilence.Kind


@transaction.atomic
def put_out(*, by: User, stream_id: UUID, user_id: UUID, at: datetime) -> StreamSilence:
    """Put somebody out for as long as the stream runs: their sockets close, the engine drops them.

    :raises NotFound: no such person. :raises Forbidden: not theirs.
    :raises NotOnThem: the host, a fellow moderator, or oneself.
    """
    admission = keepers.keeper(by, stream_id, at)
    keepers.refuse_above(admission, user_id)
    kept, _ = StreamSilence.objects.update_or_create(
        stream=admission.stream,
        user=keepers.person(user_id),
        kind=_Kind.PUT_OUT,
        defaults={"by": by, "at": at, "until": None, "enforced_at": None},
    )
    admission.stream.hands.filter(user=user_id, lowered_at=None).update(lowered_at=at)
    StreamModerator.objects.filter(host=admission.stream.host_id, user=user_id).delete()
    _close_sockets(stream_id, user_id)
    keepers.tell(stream_id, events.Moderation(act="put_out", user_id=user_id))
    transaction.on_commit(partial(_enforce, kept.id, at), robust=True)
    return kept


@transaction.atomic
def lift(*, by: User, stream_id: UUID, user_id: UUID, at: datetime) -> None:
    """Somebody may speak and come in again. Harmless when nothing was in their way.

    :raises Forbidden: not theirs.
    :raises NotOnThem: the host, a fellow moderator, or oneself.
    """
    admission = keepers.keeper(by, stream_id, at)
    keepers.refuse_above(admission, user_id)
    standing = StreamSilence.objects.filter(stream=stream_id, user=user_id)
    was_out = standing.filter(kind=_Kind.PUT_OUT).exists()
    if not standing.delete()[0]:
        return
    keepers.tell(stream_id, events.Moderation(act="unmuted", user_id=user_id))
    if was_out:
        let_in_again(stream_id=stream_id, at=at)


@transaction.atomic
def recheck(*, stream_id: UUID, user_ids: Collection[UUID], at: datetime) -> int:
    """Close a live room to those of ``user_ids`` who may not be there any more; how many.

    For what happens outside of it: a block, a suspension, an invitation or trust that was taken
    back. What is kept of it says that they were put out until now, so that ``forgive`` finds it.
    """
    stream = Stream.objects.get(id=stream_id)
    out = 0
    for user in User.objects.filter(id__in=user_ids):
        try:
            selectors.admitted(user, stream_id, at)
        except DomainError:
            kept, _ = StreamSilence.objects.get_or_create(
                stream=stream,
                user=user,
                kind=_Kind.PUT_OUT,
                defaults={"by_id": stream.host_id, "at": at, "until": at},
            )
            _close_sockets(stream_id, user.id)
            transaction.on_commit(partial(_enforce, kept.id, at), robust=True)
            out += 1
    return out


@transaction.atomic
def forgive(*, user: User, stream_id: UUID, at: datetime) -> None:
    """Somebody whom the gate lets in again is let in by the engine too.

    :raises DomainError: the gate's, when it has shut since it was asked.
    """
    over = StreamSilence.objects.filter(
        stream=stream_id, user=user, kind=_Kind.PUT_OUT, until__lte=at
    )
    if over.delete()[0]:
        selectors.admitted(User.objects.get(pk=user.pk), stream_id, at)
        let_in_again(stream_id=stream_id, at=at)


def part(*, host_id: UUID, user_id: UUID, at: datetime) -> None:
    """One of the two blocked the other: ``user_id`` leaves the room that ``host_id`` is live in."""
    live = Stream.objects.filter(host=host_id, state=StreamState.LIVE)
    for stream_id in live.values_list("id", flat=True):
        recheck(stream_id=stream_id, user_ids=[user_id], at=at)


@transaction.atomic
def let_in_again(*, stream_id: UUID, at: datetime) -> None:
    """Let the engine forget whom it kept out of a live room; it is told of the others again."""
    _unconfirm(stream_id)
    transaction.on_commit(partial(_reopen, stream_id, at), robust=True)


def forget(*, user_id: UUID, at: datetime) -> None:
    """A suspended account: it leaves every room, and may come again once it is let in again."""
    live = Stream.objects.filter(state=StreamState.LIVE).values_list("id", flat=True)
    for stream_id in live:
        recheck(stream_id=stream_id, user_ids=[user_id], at=at)


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
    except carriage.FAILURES:
        log.warning("room_not_opened", stream_id=str(stream_id))
        return
    _unconfirm(stream_id)  # somebody may have been put out while it opened
    enforce_due(at=at)


def _unconfirm(stream_id: UUID) -> None:
    StreamSilence.objects.filter(stream=stream_id, kind=_Kind.PUT_OUT).update(enforced_at=None)


def _close_sockets(stream_id: UUID, user_id: UUID) -> None:
    room = rooms.stream(stream_id)
    closed = events.SocketsClosed(user_id, closing.NOT_YOURS, room, newest=_EVERY_SOCKET)
    publish(closed, to=room)
