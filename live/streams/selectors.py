"""Questions about live rooms, and the one gate for who may know of a stream and watch it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import BooleanField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Lower

from backend.accounts.models import Block, ReportState, User
from backend.core.errors import NotFound
from live.errors import Suspended
from live.models import (
    RaisedHand,
    Stream,
    StreamInvitation,
    StreamMessage,
    StreamModerator,
    StreamPass,
    StreamReminder,
    StreamReport,
    StreamSilence,
)
from live.stream_states import Access, StreamRole, StreamState
from live.streams.cards import StreamCard, card
from live.streams.errors import PassRequired, PutOut, StreamNotLive

SHOWN_MAX: Final = 12
MESSAGES_SHOWN_MAX: Final = 100
HANDS_SHOWN_MAX: Final = 100
OVERDUE: Final = timedelta(hours=1)
_NO: Final = Value(value=False, output_field=BooleanField())


@dataclass(frozen=True)
class Admission:
    """Somebody may be in a live room now, and what they are in it."""

    stream: Stream
    role: StreamRole


def known_to(user: User | None) -> QuerySet[Stream]:
    """Every stream that ``user`` (None: a visitor) may know of, with marks of theirs.

    Private ones only for their host, those invited by a verified address and moderators; what
    was never announced, what was cancelled and what a suspended host announced only for the
    host; nothing between two people of whom one has blocked the other.
    """
    rows = Stream.objects.select_related("host", "host__reader_profile")
    comes = Q(scheduled_at__isnull=False, host__frozen_at=None, host__is_active=True)
    announced = Q(state__in=[StreamState.LIVE, StreamState.ENDED]) | (
        Q(state=StreamState.SCHEDULED) & comes
    )
    if user is None:
        rows = rows.annotate(has_pass=_NO, reminded=_NO, is_moderator=_NO)
        return rows.filter(announced & ~Q(access=Access.PRIVATE))
    here = OuterRef("pk")
    passes = StreamPass.objects.filter(stream=here, client=user, refunded_at=None)
    rows = rows.annotate(
        has_pass=Exists(passes),
        reminded=Exists(StreamReminder.objects.filter(stream=here, user=user)),
        is_moderator=Exists(StreamModerator.objects.filter(host=OuterRef("host"), user=user)),
    )
    invited = StreamInvitation.objects.filter(stream=here, email__in=_verified_addresses(user))
    open_to = ~Q(access=Access.PRIVATE) | Q(is_moderator=True) | Exists(invited)
    return rows.filter(Q(host=user) | (announced & open_to & ~_blocked(user)))


def stream_of(user: User | None, stream_id: UUID) -> Stream:
    """One stream that ``user`` may know of.

    :raises NotFound: there is none, or they may not know of it.
    """
    return _one(known_to(user), stream_id)


def own(user: User, stream_id: UUID) -> Stream:
    """One stream of the host's own.

    :raises NotFound: there is none such of theirs.
    """
    stream = known_to(user).filter(host=user, id=stream_id).first()
    if stream is None:
        raise NotFound("There is no such stream of yours.")
    return stream


def admitted(user: User, stream_id: UUID, at: datetime) -> Admission:
    """The gate: ``user`` may be in this live room now.

    :raises NotFound: they may not know of it. :raises Suspended: their account is.
    :raises PutOut: they were put out. :raises StreamNotLive: it does not run.
    :raises PassRequired: a premium one, and they have not paid at the door.
    """
    put_out = Exists(_put_out(user.id, OuterRef("pk"), at))
    stream = _one(known_to(user).annotate(is_put_out=put_out), stream_id)
    if user.is_frozen:
        raise Suspended
    role = role_of(user.id, stream)
    if role is not StreamRole.HOST and stream.is_put_out:  # type: ignore[attr-defined]
        raise PutOut
    if not stream.is_live:
        raise StreamNotLive("This stream does not run now.", state=stream.state)
    if not card(stream, user.id).may_watch:
        raise PassRequired("Pay once at the door to watch.", price_cents=stream.price_cents)
    return Admission(stream, role)


def role_of(user_id: UUID, stream: Stream) -> StreamRole:
    """What somebody is in a room, given a row of ``known_to`` them."""
    if stream.host_id == user_id:
        return StreamRole.HOST
    return StreamRole.MODERATOR if stream.is_moderator else StreamRole.VIEWER  # type: ignore[attr-defined]


def is_moderator(user_id: UUID, host_id: UUID) -> bool:
    """Whether the host trusts somebody with their rooms."""
    return StreamModerator.objects.filter(host=host_id, user=user_id).exists()


def is_put_out(user_id: UUID, stream_id: UUID, at: datetime) -> bool:
    """Whether somebody may not be in a room now."""
    return _put_out(user_id, stream_id, at).exists()


def mute_of(user_id: UUID, stream_id: UUID, at: datetime) -> StreamSilence | None:
    """What keeps somebody from speaking in a room now."""
    return _silences(stream_id, at).filter(user=user_id, kind=StreamSilence.Kind.MUTE).first()


def card_for(user: User | None, stream_id: UUID) -> StreamCard:
    """One stream as ``user`` may see it; for its host with what only the host may know.

    :raises NotFound: they may not know of it.
    """
    stream = stream_of(user, stream_id)
    shown = card(stream, user.id if user else None)
    return with_guests(shown, stream) if shown.is_host else shown


def with_guests(shown: StreamCard, stream: Stream) -> StreamCard:
    """Add whom the host invited and trusts."""
    people = StreamModerator.objects.filter(host=stream.host_id).select_related("user")
    invited = stream.invitations.order_by("email").values_list("email", flat=True)
    trusted = [{"id": m.user_id, "name": m.user.display_name} for m in people.order_by("id")]
    return replace(shown, invited=list(invited), moderators=trusted)


def live_now(limit: int = SHOWN_MAX, user: User | None = None) -> list[StreamCard]:
    """What runs now, the fullest rooms first."""
    rows = known_to(user).filter(state=StreamState.LIVE).order_by("-viewers_now", "-id")
    return cards_of(rows[:limit], user)


def upcoming(limit: int, user: User | None, at: datetime) -> list[StreamCard]:
    """What is announced and not yet an hour overdue, the soonest first."""
    rows = known_to(user).filter(state=StreamState.SCHEDULED, scheduled_at__gt=at - OVERDUE)
    return cards_of(rows.order_by("scheduled_at", "id")[:limit], user)


def streams_of_host(user: User) -> QuerySet[Stream]:
    """All of a host's own streams, newest first."""
    return known_to(user).filter(host=user).order_by("-id")


def live_room_of(host_id: UUID) -> Stream | None:
    """The room that this reader holds open now."""
    return Stream.objects.filter(host=host_id, state=StreamState.LIVE).first()


def cards_of(rows: Any, user: User | None) -> list[StreamCard]:
    """Their cards."""
    return [card(stream, user.id if user else None) for stream in rows]


def latest_messages(stream_id: UUID) -> list[StreamMessage]:
    """The last hundred messages that stand, oldest first."""
    said = StreamMessage.objects.filter(stream=stream_id, removed_at=None).select_related("sender")
    return list(said.order_by("-id")[:MESSAGES_SHOWN_MAX])[::-1]


def moderators_of(host_id: UUID) -> set[UUID]:
    """Whom a host trusts."""
    return set(StreamModerator.objects.filter(host=host_id).values_list("user", flat=True))


def raised_hands(stream_id: UUID) -> Sequence[RaisedHand]:
    """Who would like a reading, the longest waiting first."""
    up = RaisedHand.objects.filter(stream=stream_id, lowered_at=None).select_related("user")
    return list(up.order_by("raised_at", "id")[:HANDS_SHOWN_MAX])


def _verified_addresses(user: User) -> QuerySet[Any, Any]:
    """The addresses that a person has proven to be theirs, in lower case; part of a question."""
    proven = EmailAddress.objects.filter(user=user, verified=True)
    return proven.values_list(Lower("email"))


def _one(rows: QuerySet[Stream], stream_id: UUID) -> Stream:
    stream = rows.filter(id=stream_id).first()
    if stream is None:
        raise NotFound("There is no such stream.")
    return stream


def _put_out(user_id: UUID, stream_id: UUID | OuterRef, at: datetime) -> QuerySet[StreamSilence]:
    return _silences(stream_id, at).filter(user=user_id, kind=StreamSilence.Kind.PUT_OUT)


def _silences(stream_id: UUID | OuterRef, at: datetime) -> QuerySet[StreamSilence]:
    return StreamSilence.objects.filter(Q(until__isnull=True) | Q(until__gt=at), stream=stream_id)


def _blocked(user: User) -> Q:
    host = OuterRef("host")
    either = Q(blocker=user, blocked=host) | Q(blocker=host, blocked=user)
    return Q(Exists(Block.objects.filter(either)))


def reports(*, is_open: bool, before: datetime | None = None) -> QuerySet[StreamReport]:
    """For staff: reports of rooms, newest first, those to decide or those decided."""
    still = Q(state=ReportState.OPEN)
    found = StreamReport.objects.filter(still if is_open else ~still)
    if before:
        found = found.filter(at__lt=before)
    related = found.select_related("stream", "reporter", "about", "message", "reviewed_by")
    return related.order_by("-at", "-id")
