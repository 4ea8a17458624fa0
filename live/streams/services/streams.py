"""The life of a live room: start, end, cancel. The only writer of ``state``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from backend.accounts import features
from backend.accounts.models import User
from backend.core import jobs
from backend.core.announcements import announce
from backend.core.errors import Forbidden, IllegalMove, NotFound, Refused
from backend.realtime import events, rooms
from backend.realtime.publish import publish, publish_all
from live.announcements import StreamWentLive
from live.errors import Suspended
from live.models import Stream
from live.ports import Grant
from live.stream_states import Access, EndReason, HostIs, StreamState, sources
from live.streams import carriage, selectors
from live.streams.addresses import room_url, studio_url
from live.streams.errors import AlreadyLive
from live.streams.services import guests, passes
from readers.models import ReaderProfile

_ONE_ROOM = "a_reader_is_live_in_one_room_at_a_time"
OVERDUE_BATCH = 100


@dataclass(frozen=True)
class Summary:
    """What a stream came to. ``earned_cents`` is the host's part of gifts and entrances."""

    seconds: int
    peak_viewers: int
    gifts_count: int
    gifts_cents: int
    passes_cents: int
    earned_cents: int


def start(*, host: User, stream_id: UUID, at: datetime) -> Grant:
    """Go live, and get the grant to publish. Starting a live stream again only gets a new grant.

    The engine is made ready first, outside of any transaction: when it is out of reach nothing
    has moved.
    :raises NotFound: no such stream of theirs. :raises Suspended, Forbidden, Refused: not a
        reader in good standing with a public page. :raises AlreadyLive: in another room.
    :raises FeatureOff: staff have paused going live.
    :raises IllegalMove: it is over. :raises EngineUnreachable, EngineFull: try again.
    """
    stream = selectors.own(host, stream_id)
    _refuse_unfit(host)
    if not stream.is_live:
        features.demand("streams", host)
        _refuse_move(stream, StreamState.LIVE)
        if Stream.objects.filter(host=host, state=StreamState.LIVE).exists():
            raise AlreadyLive
        carriage.engine().open(stream_id=stream_id)
    grant = carriage.engine().host_grant(stream_id=stream_id, user_id=host.id, at=at)
    if not stream.is_live:
        _go_live(stream, at)
    return grant


def end(
    *, stream_id: UUID, reason: EndReason, at: datetime, seen_version: int | None = None
) -> Stream:
    """End a live stream: the room hears of it and closes. Ending an ended one changes nothing.

    Entrances to one that was over too soon are given back.

    ``seen_version``: only if nothing has happened to it since.
    :raises IllegalMove: it never ran, or has changed.
    """
    with transaction.atomic():
        changes = {
            "ended_at": at,
            "end_reason": reason,
            "viewers_now": 0,
            "host_is": HostIs.AWAY,
            "back_at": None,
        }
        moved = _move(stream_id, StreamState.ENDED, changes, seen_version)
        stream = Stream.objects.select_related("host").get(id=stream_id)
        if not moved:
            if stream.state != StreamState.ENDED:
                raise IllegalMove("This stream does not run.", state=stream.state)
            return stream
        stream.hands.filter(lowered_at=None).update(lowered_at=at)
        _say_goodbye(stream)
        carriage.close_after_commit(stream_id)
        passes.refund_all(stream_id=stream_id, at=at)
    stream.refresh_from_db(fields=["passes_cents", "earned_cents"])
    return stream


def end_by(*, user: User, stream_id: UUID, at: datetime) -> Stream:
    """The host ends it, or an admin does.

    :raises NotFound: they may not know of it. :raises Forbidden: it is somebody else's.
    :raises IllegalMove: it never ran.
    """
    if user.is_admin:
        if not Stream.objects.filter(id=stream_id).exists():
            raise NotFound("There is no such stream.")
        return end(stream_id=stream_id, reason=EndReason.ADMIN, at=at)
    if selectors.stream_of(user, stream_id).host_id != user.id:
        raise Forbidden("Only the host can end it.")
    return end(stream_id=stream_id, reason=EndReason.HOST, at=at)


def end_all_of(*, user_id: UUID, at: datetime) -> int:
    """An account was suspended: what it has live ends now; how many streams."""
    live = Stream.objects.filter(host=user_id, state=StreamState.LIVE)
    ids = list(live.values_list("id", flat=True))
    for stream_id in ids:
        end(stream_id=stream_id, reason=EndReason.FROZEN, at=at)
    return len(ids)


@transaction.atomic
def cancel(*, host: User, stream_id: UUID, at: datetime) -> Stream:
    """Call a scheduled stream off; entrances are given back. Again changes nothing.

    :raises NotFound: no such stream of theirs. :raises IllegalMove: it has begun.
    """
    stream = selectors.own(host, stream_id)
    if _move(stream_id, StreamState.CANCELLED, {"changed_at": at}):
        passes.refund_all(stream_id=stream_id, at=at)
    elif stream.state != StreamState.CANCELLED:
        raise IllegalMove("This stream has begun.", state=stream.state)
    return selectors.own(host, stream_id)


def cancel_overdue(*, at: datetime) -> int:
    """Call off what never began, a day after its time, so that those who paid or wait for it
    hear of it; how many.
    """
    late = at - timedelta(hours=settings.STREAM_OVERDUE_HOURS)
    overdue = Stream.objects.filter(state=StreamState.SCHEDULED, scheduled_at__lte=late)
    cancelled = 0
    for stream_id in list(overdue.values_list("id", flat=True)[:OVERDUE_BATCH]):
        with transaction.atomic():
            if _move(stream_id, StreamState.CANCELLED, {"changed_at": at}):
                passes.refund_all(stream_id=stream_id, at=at)
                cancelled += 1
    return cancelled


def summary_of(stream: Stream) -> Summary:
    """What an ended stream came to; without entrances that are about to be given back."""
    owed_cents, hosts_cents = passes.owed_of(stream.id)
    ran = (stream.ended_at or stream.created_at) - (stream.started_at or stream.created_at)
    return Summary(
        seconds=max(0, int(ran.total_seconds())),
        peak_viewers=stream.viewers_peak,
        gifts_count=stream.gifts_count,
        gifts_cents=stream.gifts_cents,
        passes_cents=stream.passes_cents - owed_cents,
        earned_cents=stream.earned_cents - hosts_cents,
    )


def tell_state(stream: Stream, at: datetime) -> None:
    """Tell the room where its stream and its host are."""
    publish(
        events.StreamState(
            state=stream.state,
            host=stream.host_is,
            back_at=stream.back_at,
            version=stream.version,
            server_time=at,
        ),
        to=rooms.stream(stream.id),
    )


def _refuse_unfit(host: User) -> None:
    if not host.is_reader:
        raise Forbidden("Only readers go live.")
    if host.is_frozen:
        raise Suspended
    if not ReaderProfile.objects.filter(pk=host.id, published_at__isnull=False).exists():
        raise Refused("Your page is not public yet.")


def _refuse_move(stream: Stream, to: StreamState) -> None:
    if stream.state not in sources(to):
        raise IllegalMove("This is not possible any more.", state=stream.state, to=to.value)


@transaction.atomic
def _go_live(stream: Stream, at: datetime) -> None:
    # In the queue of whoever suspends them: what is live then ends, and nothing begins after it.
    if User.objects.select_for_update(no_key=True).get(pk=stream.host_id).is_frozen:
        raise Suspended
    changes = {
        "started_at": at,
        "host_is": HostIs.AWAY,
        "back_at": at + timedelta(seconds=settings.HOST_GONE_SECONDS),
    }
    try:
        with transaction.atomic():
            moved = _move(stream.id, StreamState.LIVE, changes)
    except IntegrityError as refusal:
        if _ONE_ROOM in str(refusal):
            raise AlreadyLive from refusal
        raise
    if not moved:
        raced = Stream.objects.get(id=stream.id)
        if not raced.is_live:  # Another page of the same host may have been first.
            _refuse_move(raced, StreamState.LIVE)
        return
    begun = Stream.objects.select_related("host").get(id=stream.id)
    tell_state(begun, at)
    guests.tell(begun, at)
    jobs.enqueue("live.streams.tasks.remind")
    if stream.access != Access.PRIVATE:
        announce(StreamWentLive(stream_id=stream.id, host_id=stream.host_id, at=at))


def _move(
    stream_id: UUID, to: StreamState, changes: dict[str, Any], seen_version: int | None = None
) -> bool:
    """One conditional UPDATE decides, so of two racing callers exactly one wins."""
    came_from = Stream.objects.filter(id=stream_id, state__in=sources(to))
    if seen_version is not None:
        came_from = came_from.filter(version=seen_version)
    return came_from.update(state=to, version=F("version") + 1, **changes) == 1


def _say_goodbye(stream: Stream) -> None:
    """The host's page hears its own ending first: it has the earnings, and closes the socket."""
    summary, room = summary_of(stream), rooms.stream(stream.id)
    told: dict[str, Any] = {
        "reason": stream.end_reason,
        "seconds": summary.seconds,
        "peak_viewers": summary.peak_viewers,
        "gifts_cents": summary.gifts_cents,
    }
    own = events.StreamEnded(**told, url=studio_url(stream.id), earned_cents=summary.earned_cents)
    publish_all(
        [
            (own, rooms.side(room, "host"), None),
            (events.StreamEnded(**told, url=room_url(stream.id)), room, None),
        ]
    )
