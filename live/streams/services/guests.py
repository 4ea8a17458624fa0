"""Guests and moderators: whom a host asks in, and telling them once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import Q
from django.db.models.functions import Lower

from backend.accounts.models import Block, User
from backend.core.errors import InvalidInput
from backend.notifications import services as notifications
from live.models import Stream, StreamInvitation, StreamModerator, StreamReminder
from live.stream_states import Access
from live.streams.addresses import room_url
from live.streams.services import expulsions

GUESTS_MAX: Final = 200


def invite(stream: Stream, addresses: Collection[str], at: datetime) -> None:
    """Make the list of guests these. Whoever is none any more leaves a private room that runs.

    :raises InvalidInput: more than 200.
    """
    wanted = _plain(addresses)
    known = set(stream.invitations.values_list("email", flat=True))
    stream.invitations.exclude(email__in=wanted).delete()
    StreamInvitation.objects.bulk_create(
        [StreamInvitation(stream=stream, email=address) for address in sorted(wanted - known)],
        ignore_conflicts=True,
    )
    if stream.access != Access.PRIVATE or not known - wanted:
        return
    forget_others(stream)
    if stream.is_live:
        left = [user.id for user in people_at(known - wanted)]
        expulsions.recheck(stream_id=stream.id, user_ids=left, at=at)


def tell(stream: Stream, at: datetime) -> None:
    """Tell the guests of a private stream of it, once each, as soon as it can be found.

    Where one blocked the other nothing is told.
    """
    is_open = stream.is_live or stream.scheduled_at is not None
    if stream.access != Access.PRIVATE or not is_open:
        return
    untold = stream.invitations.filter(told_at=None)
    fresh = list(untold.values_list("email", flat=True))
    untold.update(told_at=at)
    apart = _apart(stream.host_id)
    for user in people_at(fresh):
        if user.id in apart:
            continue
        notifications.notify(
            user_id=user.id,
            kind="stream",
            title=f"{stream.host.display_name} invites you to a private stream",
            body=stream.title,
            url=room_url(stream.id),
            at=at,
        )


def forget_others(stream: Stream) -> None:
    """Reminders of a private stream are for its guests alone."""
    guests = people_at(stream.invitations.values_list("email", flat=True))
    StreamReminder.objects.filter(stream=stream).exclude(user__in=guests).delete()


def trust(host: User, addresses: Collection[str], at: datetime) -> None:
    """Make moderators of those of ``addresses`` who have an account; others are passed over.

    :raises InvalidInput: more than 200.
    """
    people = [user for user in people_at(_plain(addresses)) if user.id != host.id]
    StreamModerator.objects.bulk_create(
        [StreamModerator(host=host, user=user, at=at) for user in people], ignore_conflicts=True
    )


def people_at(addresses: Collection[str]) -> list[User]:
    """Those in good standing whose proven address is one of these (in lower case)."""
    proven = EmailAddress.objects.annotate(plain=Lower("email")).filter(
        plain__in=list(addresses), verified=True
    )
    ids = list(proven.values_list("user", flat=True))
    return list(User.objects.filter(id__in=ids, is_active=True, frozen_at=None).order_by("id"))


def _apart(host_id: UUID) -> set[UUID]:
    """Whom the host blocked, and who blocked the host."""
    blocks = Block.objects.filter(Q(blocker=host_id) | Q(blocked=host_id))
    return {one for both in blocks.values_list("blocker", "blocked") for one in both}


def _plain(addresses: Collection[str]) -> set[str]:
    plain = {address.strip().lower() for address in addresses}
    if len(plain) > GUESTS_MAX:
        raise InvalidInput(f"At most {GUESTS_MAX} people can be asked in.")
    return plain
