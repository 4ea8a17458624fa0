"""What a host says about a stream: made, changed, given a picture."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import IO, Any, Final
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models.functions import Lower

from backend.accounts.models import User
from backend.core.errors import Forbidden, IllegalMove, InvalidInput, Refused
from backend.notifications import services as notifications
from backend.realtime import events, rooms
from backend.realtime.publish import publish
from live.errors import Suspended
from live.models import Stream, StreamInvitation, StreamModerator, StreamReminder
from live.stream_states import Access, StreamState
from live.streams import gift_selectors, selectors
from live.streams.addresses import room_url
from live.streams.services import expulsions
from readers.kinds import LANGUAGES, SPECIALTIES
from readers.services import photos

GUESTS_MAX: Final = 200
SLOW_MODE_MAX_S: Final = 300
AHEAD_MAX: Final = timedelta(days=180)
THUMBNAIL: Final = (960, 540)
WHILE_LIVE: Final = frozenset(
    {"title", "topic", "language", "goal_title", "goal_cents", "slow_mode_s", "own_words"}
)
WHILE_SCHEDULED: Final = WHILE_LIVE | {"access", "price_cents", "scheduled_at"}
Wishes = Mapping[str, Any]


@transaction.atomic
def create(*, host: User, wishes: Wishes, at: datetime) -> Stream:
    """Make a stream, scheduled or (without ``scheduled_at``) a draft that only the host sees.

    ``wishes``: the fields of ``WHILE_SCHEDULED``, and lists of e-mail addresses ``invited`` and
    ``moderators``; of the latter those without an account are passed over.
    :raises Forbidden: not a reader. :raises Suspended: a frozen one.
    :raises InvalidInput: a field is out of bounds.
    """
    if not host.is_reader:
        raise Forbidden("Only readers have streams.")
    if host.is_frozen:
        raise Suspended
    stream = Stream(host=host, currency=settings.CURRENCY, created_at=at)
    _apply(stream, {k: v for k, v in wishes.items() if k in WHILE_SCHEDULED}, at)
    stream.save(force_insert=True)
    _invite(stream, wishes.get("invited", ()), at)
    _trust(host, wishes.get("moderators", ()), at)
    return selectors.own(host, stream.id)


@transaction.atomic
def change(*, host: User, stream_id: UUID, wishes: Wishes, at: datetime) -> Stream:
    """Change what is named in ``wishes``; ``invited`` replaces the list. The room is told.

    :raises NotFound: no such stream of theirs. :raises IllegalMove: it is over.
    :raises InvalidInput: a field is out of bounds.
    :raises Refused: access, price and time of a stream that runs, or was paid for.
    """
    stream = selectors.own(host, stream_id)
    Stream.objects.select_for_update().get(id=stream.id)
    stream.refresh_from_db()
    named = {key: value for key, value in wishes.items() if key in WHILE_SCHEDULED}
    if named.get("access", Access.PREMIUM) != Access.PREMIUM:
        named.setdefault("price_cents", None)
    _refuse_late(stream, named)
    moved_to = named.get("scheduled_at", stream.scheduled_at)
    if moved_to != stream.scheduled_at:
        StreamReminder.objects.filter(stream=stream).update(sent_at=None)
    _apply(stream, named, at)
    stream.changed_at = at
    stream.save(update_fields=[*named, "changed_at"])
    if "invited" in wishes:
        _invite(stream, wishes["invited"], at)
    if stream.is_live:
        publish(
            events.StreamChanged(
                title=stream.title,
                slow_mode_s=stream.slow_mode_s,
                goal=gift_selectors.goal_of(stream),
            ),
            to=rooms.stream(stream.id),
        )
    return selectors.own(host, stream_id)


def set_thumbnail(*, host: User, stream_id: UUID, upload: IO[bytes], at: datetime) -> Stream:
    """Give a stream its picture: 960 by 540, drawn anew.

    :raises NotFound: no such stream of theirs. :raises UnusablePhoto: see ``photos``.
    """
    selectors.own(host, stream_id)
    drawn = photos.drawn_anew(upload, size=THUMBNAIL)  # outside the transaction: it takes a while
    with transaction.atomic():
        stream = Stream.objects.select_for_update().get(id=stream_id)
        old, storage = stream.thumbnail.name, stream.thumbnail.storage
        stream.thumbnail.save("thumbnail.webp", ContentFile(drawn), save=False)
        stream.changed_at = at
        stream.save(update_fields=["thumbnail", "changed_at"])
        if old:
            transaction.on_commit(lambda: storage.delete(old), robust=True)
    return selectors.own(host, stream_id)


def _refuse_late(stream: Stream, named: Wishes) -> None:
    if stream.state not in (StreamState.SCHEDULED, StreamState.LIVE):
        raise IllegalMove("This stream is over.", state=stream.state)
    settled = {name for name in named.keys() - WHILE_LIVE if named[name] != getattr(stream, name)}
    if settled and stream.is_live:
        raise Refused("Who may watch, the price and the time stay while it runs.")
    if "access" in settled and stream.passes.filter(refunded_at=None).exists():
        raise Refused("Entrances were sold for this stream.")


def _apply(stream: Stream, wishes: Wishes, at: datetime) -> None:
    for name, value in wishes.items():
        setattr(stream, name, value)
    _refuse_unfit_words(stream)
    _refuse_unfit_price(stream)
    when = stream.scheduled_at
    if when is not None and "scheduled_at" in wishes and not at < when <= at + AHEAD_MAX:
        raise InvalidInput("A stream begins within the next 180 days.")
    if not 0 <= stream.slow_mode_s <= SLOW_MODE_MAX_S:
        raise InvalidInput(f"Slow mode is 0 to {SLOW_MODE_MAX_S} seconds.")


def _refuse_unfit_words(stream: Stream) -> None:
    stream.title = stream.title.strip()
    if not stream.title:
        raise InvalidInput("A stream needs a title.")
    if stream.topic and stream.topic not in SPECIALTIES:
        raise InvalidInput("There is no such topic.")
    if stream.language not in LANGUAGES:
        raise InvalidInput("There is no such language.")
    if bool(stream.goal_title) != bool(stream.goal_cents):
        raise InvalidInput("A goal has a title and an amount.")


def _refuse_unfit_price(stream: Stream) -> None:
    low, high = settings.STREAM_PASS_MIN_CENTS, settings.STREAM_PASS_MAX_CENTS
    if stream.access not in Access.values:
        raise InvalidInput("There is no such access.")
    if stream.access != Access.PREMIUM:
        if stream.price_cents is not None:
            raise InvalidInput("Only a premium stream has a price.")
    elif stream.price_cents is None or not low <= stream.price_cents <= high:
        raise InvalidInput(f"A premium stream costs {low} to {high} cents.")


def _invite(stream: Stream, addresses: Collection[str], at: datetime) -> None:
    """Make the list of guests these; the new ones among our people are told."""
    wanted = {address.strip().lower() for address in addresses}
    if len(wanted) > GUESTS_MAX:
        raise InvalidInput(f"At most {GUESTS_MAX} people can be invited.")
    known = set(stream.invitations.values_list("email", flat=True))
    stream.invitations.exclude(email__in=wanted).delete()
    fresh, gone = wanted - known, known - wanted
    StreamInvitation.objects.bulk_create(
        [StreamInvitation(stream=stream, email=address) for address in sorted(fresh)],
        ignore_conflicts=True,
    )
    if stream.access != Access.PRIVATE:
        return
    if stream.is_live and gone:
        left = [user.id for user in _people_at(gone)]
        expulsions.recheck(stream_id=stream.id, user_ids=left, at=at)
    for user in _people_at(fresh):
        notifications.notify(
            user_id=user.id,
            kind="stream",
            title=f"{stream.host.display_name} invites you to a private stream",
            body=stream.title,
            url=room_url(stream.id),
            at=at,
        )


def _trust(host: User, addresses: Collection[str], at: datetime) -> None:
    wanted = {address.strip().lower() for address in addresses}
    if len(wanted) > GUESTS_MAX:
        raise InvalidInput(f"At most {GUESTS_MAX} people can be moderators.")
    StreamModerator.objects.bulk_create(
        [
            StreamModerator(host=host, user=user, at=at)
            for user in _people_at(wanted)
            if user.id != host.id
        ],
        ignore_conflicts=True,
    )


def _people_at(addresses: Collection[str]) -> list[User]:
    """Those whose proven address is one of these (in lower case)."""
    proven = EmailAddress.objects.annotate(plain=Lower("email")).filter(
        plain__in=list(addresses), verified=True
    )
    ids = list(proven.values_list("user", flat=True))
    return list(User.objects.filter(id__in=ids, is_active=True, frozen_at=None).order_by("id"))
