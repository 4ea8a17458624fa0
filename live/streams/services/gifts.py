"""Sending gifts. A gift is exactly once, whatever the network does: its sender chose its id.

Locks are taken in one order: the sender's row (in which their gifts queue, so that limits and
combos hold in a race), then the pots, and the stream's row last, by one short UPDATE. All
gifts of a stream queue at the pot of its host's earnings anyway, so that row delays nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from backend.accounts import exclusions, features
from backend.accounts.models import User
from backend.core.errors import NotFound, TooMany
from backend.core.templatetags.money import money
from backend.ledger import movements
from backend.ledger import selectors as ledger
from backend.ledger.errors import InsufficientFunds
from backend.ledger.split import split
from backend.realtime import rooms
from backend.realtime.publish import publish
from live.models import Gift, GiftKind
from live.stream_states import StreamState
from live.streams import gift_errors as errors
from live.streams import gift_selectors, quotes, selectors
from live.streams.errors import StreamNotLive
from live.streams.services import giving, leaderboards

A_MINUTE: Final = timedelta(minutes=1)
COMBO_MAX: Final = 9_999
# The sum as this gift made it, without a second question.
_COUNT: Final = """
UPDATE live_stream
SET gifts_count = gifts_count + 1,
    gifts_cents = gifts_cents + %(price)s,
    earned_cents = earned_cents + %(earned)s
WHERE id = %(stream)s AND state = %(live)s
RETURNING gifts_cents
"""


@dataclass(frozen=True)
class Wish:
    """What a sender asks for. ``gift_id`` is their own and stands for this gift only."""

    gift_id: UUID
    stream_id: UUID
    kind_id: UUID
    quote: str
    is_anonymous: bool = False


@dataclass(frozen=True)
class Sent:
    """A paid gift, and whether it was paid just now.

    ``total_cents``: of the whole stream. ``available_cents``: what its sender can spend now.
    """

    gift: Gift
    is_new: bool
    total_cents: int
    available_cents: int


@transaction.atomic
def send(wish: Wish, *, sender: User, at: datetime) -> Sent:
    """Pay for one gift and let it fly; the same wish again gives the same gift back.

    :raises GiftIdReused: the id stands for another gift.
    :raises NotFound, StreamNotLive, PassRequired, PutOut, Suspended: they may not be in there.
    :raises OwnStream, OnlyClientsGive, CannotGiveHere: they may not give to this host.
    :raises GiftNotOffered: it is not sold any more.
    :raises PriceChanged: the quote does not hold; a new one comes with it.
    :raises FeatureOff: staff have paused gifts.
    :raises TooMany: thirty in a minute.
    :raises SelfExcluded, GiftLimitReached, SpendLimitReached: what the sender asked of themselves.
    :raises InsufficientFunds: there is less cash than it costs.
    """
    sender = User.objects.select_for_update(no_key=True).get(pk=sender.pk)
    if first := _sent_before(wish, sender):
        left_cents = ledger.balance_of(sender.pk).spendable_cents
        return Sent(first, False, first.stream.gifts_cents, left_cents)
    features.demand("gifts", sender)
    exclusions.refuse(sender.pk, at=at)
    stream = selectors.admitted(sender, wish.stream_id, at).stream
    giving.refuse_unfit_pair(sender, stream)
    kind = _kind(wish.kind_id)
    price_cents = _price(kind, wish.quote, at)
    latest = _latest(sender, at)
    _refuse_haste(latest, at)
    _refuse_above_limit(sender, price_cents, at)
    gift = Gift(
        id=wish.gift_id,
        stream=stream,
        sender=sender,
        reader=stream.host,
        kind=kind,
        price_cents=price_cents,
        reader_cents=split(price_cents).reader_cents,
        is_anonymous=wish.is_anonymous,
        combo=_combo(wish, latest, at),
        at=at,
    )
    _pay(gift)
    gift.save(force_insert=True)
    total_cents = _count(gift)
    left_cents = _tell(gift, total_cents)
    return Sent(gift, True, total_cents, left_cents)


def _sent_before(wish: Wish, sender: User) -> Gift | None:
    first = Gift.objects.filter(id=wish.gift_id).first()
    if first is None:
        return None
    facts = (first.sender_id, first.stream_id, first.kind_id)
    if facts != (sender.pk, wish.stream_id, wish.kind_id):
        raise errors.GiftIdReused
    return first


def _kind(kind_id: UUID) -> GiftKind:
    kind = GiftKind.objects.filter(id=kind_id).first()
    if kind is None:
        raise NotFound("There is no such gift.")
    if not kind.is_offered:
        raise errors.GiftNotOffered(f"{kind.name} is not offered any more.")
    return kind


def _price(kind: GiftKind, quote: str, at: datetime) -> int:
    price_cents = quotes.price_in(quote, kind_id=kind.id, at=at)
    if price_cents is None:
        now = quotes.of(kind, at=at)
        raise errors.PriceChanged(
            f"{kind.name} is {money(kind.price_cents)} now.",
            price_cents=kind.price_cents,
            quote=now.text,
            quote_expires_at=now.expires_at.isoformat(),
        )
    return price_cents


def _latest(sender: User, at: datetime) -> list[Gift]:
    """What they gave within a minute, the latest first; no more than they may give in one."""
    sent = Gift.objects.filter(sender=sender, at__gt=at - A_MINUTE)
    return list(sent.order_by("-at", "-combo")[: settings.GIFTS_PER_MINUTE])


def _refuse_haste(latest: Sequence[Gift], at: datetime) -> None:
    times = settings.GIFTS_PER_MINUTE
    if len(latest) >= times:
        wait = latest[-1].at + A_MINUTE - at
        raise TooMany(
            f"{times} gifts in a minute are enough. Please wait a moment.",
            retry_after=max(1, -(-wait // timedelta(seconds=1))),
        )


def _refuse_above_limit(sender: User, price_cents: int, at: datetime) -> None:
    limit_cents = gift_selectors.limit_of(sender.pk, at=at)
    if limit_cents is None:
        return
    given_cents = gift_selectors.given_in_a_day(sender.pk, at=at)
    if given_cents + price_cents > limit_cents:
        left_cents = max(0, limit_cents - given_cents)
        raise errors.GiftLimitReached(
            f"Your limit is {money(limit_cents)} in 24 hours; {money(left_cents)} is left.",
            limit_cents=limit_cents,
            given_cents=given_cents,
            left_cents=left_cents,
        )


def _combo(wish: Wish, latest: Sequence[Gift], at: datetime) -> int:
    """How many equal gifts in a row this one makes."""
    since = at - timedelta(seconds=settings.GIFT_COMBO_SECONDS)
    wished = (wish.stream_id, wish.kind_id, wish.is_anonymous)
    equal = (
        gift.combo
        for gift in latest
        if gift.at > since and (gift.stream_id, gift.kind_id, gift.is_anonymous) == wished
    )
    return min(next(equal, 0) + 1, COMBO_MAX)


def _pay(gift: Gift) -> None:
    try:
        movements.send_gift(
            gift_id=gift.id,
            sender=gift.sender,
            reader=gift.reader,
            price_cents=gift.price_cents,
            at=gift.at,
            words=f"{gift.kind.name} to {gift.reader.display_name}, {gift.stream.title}",
        )
    except InsufficientFunds as refused:
        raise giving.with_way_back(refused, gift.stream) from refused


def _count(gift: Gift) -> int:
    """Add the gift to its stream, if it still runs; what the stream was given by now."""
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT,
            {
                "stream": gift.stream_id,
                "live": StreamState.LIVE,
                "price": gift.price_cents,
                "earned": gift.reader_cents,
            },
        )
        counted = cursor.fetchone()
    if counted is None:
        raise StreamNotLive("This stream is over.", state=StreamState.ENDED)
    return int(counted[0])


def _tell(gift: Gift, total_cents: int) -> int:
    """Let the room and the sender's pages know; what the sender can spend now, in cents."""
    publish(gift_selectors.event_of(gift, total_cents=total_cents), to=rooms.stream(gift.stream_id))
    left_cents = giving.tell_balance(gift.sender_id)
    transaction.on_commit(partial(leaderboards.changed, gift.stream_id), robust=True)
    return left_cents
