"""What a host says about a stream: made, changed, given a picture."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import IO, Any, Final
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction

from backend.accounts.models import User
from backend.core.errors import Forbidden, IllegalMove, InvalidInput, Refused
from backend.realtime import events, rooms
from backend.realtime.publish import publish
from live.errors import Suspended
from live.models import Stream, StreamReminder
from live.stream_states import Access, StreamState
from live.streams import gift_selectors, selectors
from live.streams.services import guests
from readers.kinds import LANGUAGES, SPECIALTIES
from readers.services import photos

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
    guests.invite(stream, wishes.get("invited", ()), at)
    guests.trust(host, wishes.get("moderators", ()), at)
    guests.tell(stream, at)
    return selectors.own(host, stream.id)


@transaction.atomic
def change(*, host: User, stream_id: UUID, wishes: Wishes, at: datetime) -> Stream:
    """Change what is named in ``wishes``; ``invited`` replaces the list. The room is told.

    :raises NotFound: no such stream of theirs. :raises IllegalMove: it is over.
    :raises InvalidInput: a field is out of bounds.
    :raises Refused: access, price and time of a stream that runs, or was paid for.
    """
    stream = selectors.own(host, stream_id)
    Stream.objects.select_for_update(no_key=True).get(id=stream.id)
    stream.refresh_from_db()
    named = _changes(stream, wishes)
    _refuse_late(stream, named)
    if "scheduled_at" in named:
        StreamReminder.objects.filter(stream=stream).update(sent_at=None)
    _apply(stream, named, at)
    stream.changed_at = at
    stream.save(update_fields=[*named, "changed_at"])
    if "invited" in wishes:
        guests.invite(stream, wishes["invited"], at)
    if named.get("access") == Access.PRIVATE:
        guests.forget_others(stream)
    guests.tell(stream, at)
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
        stream = Stream.objects.select_for_update(no_key=True).get(id=stream_id)
        old, storage = stream.thumbnail.name, stream.thumbnail.storage
        stream.thumbnail.save("thumbnail.webp", ContentFile(drawn), save=False)
        stream.changed_at = at
        stream.save(update_fields=["thumbnail", "changed_at"])
        if old:
            transaction.on_commit(lambda: storage.delete(old), robust=True)
    return selectors.own(host, stream_id)


def _changes(stream: Stream, wishes: Wishes) -> dict[str, Any]:
    """What of ``wishes`` is not so already; no door but a premium one has a price."""
    named = {name: value for name, value in wishes.items() if name in WHILE_SCHEDULED}
    if named.get("access", Access.PREMIUM) != Access.PREMIUM:
        named.setdefault("price_cents", None)
    return {name: value for name, value in named.items() if value != getattr(stream, name)}


def _refuse_late(stream: Stream, named: Wishes) -> None:
    if stream.state not in (StreamState.SCHEDULED, StreamState.LIVE):
        raise IllegalMove("This stream is over.", state=stream.state)
    if stream.is_live and named.keys() - WHILE_LIVE:
        raise Refused("Who may watch, the price and the time stay while it runs.")
    # What a door earned matures after the time at which it was sold.
    if (
        named.keys() & {"access", "scheduled_at"}
        and stream.passes.filter(refunded_at=None).exists()
    ):
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
    # In one line: both stand in mails and calendars too.
    stream.title = " ".join(stream.title.split())
    stream.goal_title = " ".join(stream.goal_title.split())
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
