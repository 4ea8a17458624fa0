"""The door of a premium stream: paid once, given back when the stream comes to nothing.

Locks: the client's row or the pass, then the pots, and the stream's row last (see ``gifts``).
That is why a stream gives back after its commit, one pass at a time; whatever that misses, the
sweep finds. A stream comes to nothing when it is cancelled, when it was over before the time
that was announced, or when it was too short to be what was paid for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F, Q, QuerySet, Sum

from backend.accounts import exclusions
from backend.accounts.models import User
from backend.core.errors import IllegalMove
from backend.core.templatetags.money import money
from backend.ledger import movements
from backend.ledger.errors import InsufficientFunds, LedgerBroken
from backend.ledger.split import split
from backend.notifications import services as notifications
from live.errors import Suspended
from live.models import Stream, StreamPass
from live.stream_states import Access, StreamState
from live.streams import gift_errors as errors
from live.streams import selectors
from live.streams.errors import PutOut, StreamNotLive
from live.streams.services import giving

log = structlog.get_logger(__name__)
BATCH: Final = 200
OPEN: Final = (StreamState.SCHEDULED, StreamState.LIVE)


@dataclass(frozen=True)
class Bought:
    """A paid door, and whether it was paid just now."""

    entrance: StreamPass
    is_new: bool


@transaction.atomic
def buy(*, stream_id: UUID, client: User, at: datetime, price_cents: int | None = None) -> Bought:
    """Pay at the door, once for each stream; again gives the same entrance back.

    ``price_cents``: what the client was shown, if they were.
    :raises NotFound, PutOut, Suspended: they may not come in at any price.
    :raises StreamNotLive: it is over, or was cancelled.
    :raises NothingToPay: there is no price at this door.
    :raises PriceChanged: it is not what the client was shown.
    :raises OwnStream, OnlyClientsGive, CannotGiveHere: they may not pay this host.
    :raises SelfExcluded, SpendLimitReached: what the client asked of themselves.
    :raises InsufficientFunds: there is less cash than it costs.
    """
    client = User.objects.select_for_update(no_key=True).get(pk=client.pk)
    stream = selectors.stream_of(client, stream_id)
    _refuse_entry(client, stream, at)
    kept = StreamPass.objects.filter(stream=stream, client=client, refunded_at=None).first()
    if kept is not None:
        return Bought(kept, is_new=False)
    exclusions.refuse(client.pk, at=at)
    cents = _price_of(stream, price_cents)
    entrance = StreamPass(
        stream=stream,
        client=client,
        price_cents=cents,
        reader_cents=split(cents).reader_cents,
        at=at,
    )
    _pay(entrance)
    entrance.save(force_insert=True)
    _count(entrance)
    giving.tell_balance(client.pk)
    return Bought(entrance, is_new=True)


def refund_all(*, stream_id: UUID, at: datetime) -> None:
    """Give every door of a stream that came to nothing back, once the caller's transaction has
    committed.
    """
    transaction.on_commit(partial(_refund_stream, stream_id, at), robust=True)


def refund_due(*, at: datetime) -> int:
    """Give back what streams that came to nothing still owe; how many doors. For the sweep."""
    ids = list(_owed().order_by("id").values_list("id", flat=True)[:BATCH])
    return _refund_each(ids, at)


def owed_of(stream_id: UUID) -> tuple[int, int]:
    """What a stream that came to nothing still gives back, and the host's part of it; cents."""
    sums = _owed().filter(stream=stream_id).aggregate(Sum("price_cents"), Sum("reader_cents"))
    return sums["price_cents__sum"] or 0, sums["reader_cents__sum"] or 0


def _refund_stream(stream_id: UUID, at: datetime) -> None:
    owed = _owed().filter(stream=stream_id)
    _refund_each(list(owed.order_by("id").values_list("id", flat=True)), at)


def _owed() -> QuerySet[StreamPass]:
    return StreamPass.objects.filter(refunded_at=None, stream__in=_came_to_nothing())


def _came_to_nothing() -> QuerySet[Stream]:
    shortest = timedelta(seconds=settings.STREAM_SHORTEST_SECONDS)
    too_soon = Q(ended_at__lt=F("started_at") + shortest) | Q(ended_at__lte=F("scheduled_at"))
    return Stream.objects.filter(
        Q(state=StreamState.CANCELLED) | Q(too_soon, state=StreamState.ENDED)
    )


def _refund_each(pass_ids: Sequence[UUID], at: datetime) -> int:
    """One that cannot be given back stands in nobody else's way: it is logged, and tried again."""
    given_back = 0
    for pass_id in pass_ids:
        try:
            given_back += _refund(pass_id, at)
        except (DatabaseError, LedgerBroken):
            log.exception("pass_not_given_back", pass_id=str(pass_id))
    return given_back


@transaction.atomic
def _refund(pass_id: UUID, at: datetime) -> bool:
    """Give one door back; False when somebody else did, or it is owed to nobody."""
    entrance = StreamPass.objects.select_for_update().get(id=pass_id)
    stream = _came_to_nothing().select_related("host").filter(id=entrance.stream_id).first()
    if entrance.refunded_at or stream is None:
        return False
    client = User.objects.get(pk=entrance.client_id)
    movements.refund_pass(stream_id=stream.id, client=client, reader=stream.host, at=at)
    entrance.refunded_at = at
    entrance.save(update_fields=["refunded_at"])
    Stream.objects.filter(id=stream.id).update(
        passes_cents=F("passes_cents") - entrance.price_cents,
        earned_cents=F("earned_cents") - entrance.reader_cents,
    )
    giving.tell_balance(client.pk)
    notifications.notify(
        user_id=client.pk,
        kind="top-up-succeeded",
        title=f"{money(entrance.price_cents)} is back in your wallet",
        body=f"{stream.title} {_what_happened(stream)}, so the entrance costs nothing.",
        url="/wallet/",
        at=at,
    )
    return True


def _what_happened(stream: Stream) -> str:
    return "was cancelled" if stream.state == StreamState.CANCELLED else "was over too soon"


def _refuse_entry(client: User, stream: Stream, at: datetime) -> None:
    giving.refuse_unfit_pair(client, stream)
    if client.is_frozen:
        raise Suspended
    if selectors.is_put_out(client.pk, stream.id, at):
        raise PutOut
    if stream.state not in OPEN:
        raise StreamNotLive("This stream is over.", state=stream.state)


def _price_of(stream: Stream, seen_cents: int | None) -> int:
    if stream.access != Access.PREMIUM or not stream.price_cents:
        raise errors.NothingToPay
    if seen_cents not in (None, stream.price_cents):
        raise errors.PriceChanged(
            f"The entrance is {money(stream.price_cents)} now.", price_cents=stream.price_cents
        )
    return int(stream.price_cents)


def _pay(entrance: StreamPass) -> None:
    stream = entrance.stream
    words = f"Entrance to {stream.title} with {stream.host.display_name}"
    try:
        movements.buy_pass(
            door=movements.Door(stream.id, stream.scheduled_at or entrance.at, words),
            client=entrance.client,
            reader=stream.host,
            price_cents=entrance.price_cents,
            at=entrance.at,
        )
    except InsufficientFunds as refused:
        raise giving.with_way_back(refused, stream) from refused


def _count(entrance: StreamPass) -> None:
    """Add the door to its stream, if nothing about it changed meanwhile."""
    unchanged = Stream.objects.filter(
        id=entrance.stream_id,
        state__in=OPEN,
        access=Access.PREMIUM,
        price_cents=entrance.price_cents,
        scheduled_at=entrance.stream.scheduled_at,
    )
    counted = unchanged.update(
        passes_cents=F("passes_cents") + entrance.price_cents,
        earned_cents=F("earned_cents") + entrance.reader_cents,
    )
    if counted != 1:
        raise IllegalMove("The door has just changed. Nothing was charged. Load the page again.")
