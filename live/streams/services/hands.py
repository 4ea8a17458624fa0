"""Raised hands: a viewer asks for a reading, the host invites, the ordinary request follows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from backend.accounts.models import User
from backend.core.errors import Forbidden, NotFound
from backend.realtime import events, rooms
from backend.realtime.publish import publish
from live.errors import NotAClient
from live.models import RaisedHand
from live.stream_states import StreamRole, StreamState
from live.streams import selectors
from readers import selectors as offers
from readers.models import ReaderProfile

INVITE_LASTS: Final = timedelta(seconds=120)


@transaction.atomic
def raise_hand(*, user: User, stream_id: UUID, at: datetime) -> RaisedHand:
    """A viewer would like a reading; the host hears of it. Raising a raised hand changes nothing.

    :raises NotFound, PutOut, StreamNotLive, PassRequired, Suspended: the gate.
    :raises NotAClient: only clients have readings.
    """
    admission = selectors.admitted(user, stream_id, at)
    if admission.role is StreamRole.HOST or not user.is_client:
        raise NotAClient
    RaisedHand.objects.get_or_create(
        stream=admission.stream, user=user, defaults={"raised_at": at, "lowered_at": at}
    )
    down = RaisedHand.objects.filter(stream=stream_id, user=user, lowered_at__isnull=False)
    if down.update(raised_at=at, lowered_at=None, invited_at=None):
        _tell_host(stream_id, user, at, raised=True)
    return RaisedHand.objects.get(stream=stream_id, user=user)


@transaction.atomic
def lower(*, user: User, stream_id: UUID, at: datetime) -> None:
    """The hand comes down. Harmless when it is down."""
    up = RaisedHand.objects.filter(stream=stream_id, user=user, lowered_at=None)
    if up.update(lowered_at=at):
        _tell_host(stream_id, user, at, raised=False)


@transaction.atomic
def answered(*, host_id: UUID, user_id: UUID, at: datetime) -> None:
    """A reading of the two began: the client's hand comes down in the host's live room."""
    up = RaisedHand.objects.filter(
        stream__host=host_id, stream__state=StreamState.LIVE, user=user_id, lowered_at=None
    ).select_related("user")
    for hand in up:
        lower(user=hand.user, stream_id=hand.stream_id, at=at)


@transaction.atomic
def invite(*, host: User, stream_id: UUID, user_id: UUID, kind: str, at: datetime) -> RaisedHand:
    """Invite somebody whose hand is up to a paid reading of ``kind``; their pages hear of it.

    They then ask for it as for any reading. The invitation lasts ``INVITE_LASTS``; inviting
    again renews it.
    :raises NotFound: no such stream of theirs, or no such hand up.
    :raises KindNotOffered, ReaderOffline, ReaderBusy: nobody could ring the host for this now.
    """
    admission = selectors.admitted(host, stream_id, at)
    if admission.role is not StreamRole.HOST:
        raise Forbidden("Only the host invites.")
    up = RaisedHand.objects.select_for_update().filter(stream=stream_id, lowered_at=None)
    hand = up.filter(user=user_id).first()
    if hand is None:
        raise NotFound("No such hand is up.")
    offer = offers.bookable(host.id, kind, now=at)
    hand.invited_at = at
    hand.save(update_fields=["invited_at"])
    profile = ReaderProfile.objects.get(pk=host.id)
    publish(
        events.Invite(
            stream_id=stream_id,
            reader_id=host.id,
            reader_name=host.display_name,
            kind=kind,
            rate_per_minute_cents=offer.rate_cents,
            url=f"/readers/{profile.slug}/",
            expires_at=at + INVITE_LASTS,
        ),
        to=rooms.user(user_id),
    )
    return hand


def _tell_host(stream_id: UUID, user: User, at: datetime, *, raised: bool) -> None:
    publish(
        events.HandRaised(user_id=user.id, name=user.display_name, raised=raised, at=at),
        to=rooms.side(rooms.stream(stream_id), "host"),
    )
