"""Favourites: keep a reader, let go of one, tell clients that one came online."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from backend.accounts.models import Block, User
from backend.core.errors import Forbidden
from backend.notifications import services as notifications
from live.models import Stream, StreamReminder
from live.stream_states import Access, StreamState
from live.streams.addresses import room_url
from marketplace.models import Favourite
from readers import selectors as readers
from readers.models import ReaderProfile

# A line that comes and goes all evening is one arrival, not ten.
TELL_AGAIN_AFTER: Final = timedelta(hours=4)
TELL_BATCH: Final = 500


def keep(*, client: User, reader_id: UUID, at: datetime) -> Favourite:
    """Make the reader a favourite. Calling again changes nothing.

    :raises Forbidden: the user is no client.
    :raises NotFound: no such published reader.
    """
    if not client.is_client:
        raise Forbidden("Only clients have favourites.")
    profile = readers.by_id(reader_id, now=at)
    favourite, _ = Favourite.objects.get_or_create(
        client=client, reader_id=profile.pk, defaults={"created_at": at}
    )
    return favourite


def let_go(*, client: User, reader_id: UUID) -> None:
    """The reader is no favourite any more. Harmless when they were none."""
    Favourite.objects.filter(client=client, reader_id=reader_id).delete()


@transaction.atomic
def tell_arrival(*, reader_id: UUID, at: datetime) -> int:
    """Tell up to ``TELL_BATCH`` clients who favour the reader that they are online.

    Whoever was told within the last four hours is left alone. Returns how many were told.
    """
    due = Favourite.objects.select_for_update(skip_locked=True).filter(
        Q(told_at__isnull=True) | Q(told_at__lte=at - TELL_AGAIN_AFTER),
        reader_id=reader_id,
        client__is_active=True,
        client__frozen_at__isnull=True,
    )[:TELL_BATCH]
    told = {favourite.pk: favourite.client_id for favourite in due}
    if not told:
        return 0
    Favourite.objects.filter(pk__in=told).update(told_at=at)
    profile = ReaderProfile.objects.select_related("user").get(pk=reader_id)
    for client_id in told.values():
        notifications.notify(
            user_id=client_id,
            kind="favourite-online",
            title=f"{profile.user.display_name} is online",
            body="You asked to be told. Nothing is charged until you are connected.",
            url=f"/readers/{profile.slug}/",
            at=at,
        )
    return len(told)


@transaction.atomic
def tell_live(*, stream_id: UUID, at: datetime) -> int:
    """Tell up to ``TELL_BATCH`` clients who favour a stream's host that it runs; how many.

    Left alone: whoever was told of a stream of theirs within the last four hours, whoever asked
    to be reminded of this one (they are told as they asked), and where one blocked the other.
    """
    stream = (
        Stream.objects.select_related("host")
        .filter(id=stream_id, state=StreamState.LIVE)
        .exclude(access=Access.PRIVATE)
        .first()
    )
    if stream is None:
        return 0
    client, host = OuterRef("client"), OuterRef("reader")
    reminded = StreamReminder.objects.filter(stream=stream, user=client)
    blocks = Block.objects.filter(Q(blocker=client, blocked=host) | Q(blocker=host, blocked=client))
    due = Favourite.objects.select_for_update(skip_locked=True).filter(
        Q(told_live_at__isnull=True) | Q(told_live_at__lte=at - TELL_AGAIN_AFTER),
        ~Exists(reminded),
        ~Exists(blocks),
        reader_id=stream.host_id,
        client__is_active=True,
        client__frozen_at__isnull=True,
    )[:TELL_BATCH]
    told = {favourite.pk: favourite.client_id for favourite in due}
    Favourite.objects.filter(pk__in=told).update(told_live_at=at)
    for client_id in told.values():
        notifications.notify(
            user_id=client_id,
            kind="favourite-live",
            title=f"{stream.host.display_name} is live",
            body=stream.title,
            url=room_url(stream.id),
            at=at,
        )
    return len(told)
