"""Questions about gifts: what was given here, who gave most, what a gift looks like."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet, Sum
from django.templatetags.static import static

from backend.realtime import events
from live.models import Gift, GiftKind, GiftLimit, Stream, StreamPass

SHOWN_MAX: Final = 20
PLACES: Final = 10
ANONYMOUS: Final = "Anonymous"
DAY: Final = timedelta(hours=24)


@dataclass(frozen=True)
class OwnPlace:
    """Where one person stands. ``place`` is null when they gave nothing under their name."""

    place: int | None
    total_cents: int
    anonymous_cents: int


def offered() -> QuerySet[GiftKind]:
    """What can be sent, in the order of the tray."""
    return GiftKind.objects.filter(is_offered=True)


def latest_gifts(stream_id: UUID) -> list[events.Gift]:
    """The latest gifts of a stream as their events were, oldest first."""
    given = Gift.objects.filter(stream=stream_id)
    latest = list(given.select_related("kind", "sender").order_by("-at", "-id")[:SHOWN_MAX])
    total = Stream.objects.values_list("gifts_cents", flat=True).get(id=stream_id)
    told = []
    for gift in latest:
        told.append(event_of(gift, total_cents=total))
        total = max(0, total - gift.price_cents)
    return told[::-1]


def event_of(gift: Gift, *, total_cents: int) -> events.Gift:
    """What the room hears of a gift. The sender's name is left out when they wished so."""
    return events.Gift(
        id=gift.id,
        gift=drawn(gift.kind, price_cents=gift.price_cents),
        sender_id=None if gift.is_anonymous else gift.sender_id,
        sender_name=sender_name(gift),
        combo=gift.combo,
        total_cents=total_cents,
        at=gift.at,
    )


def sender_name(gift: Gift) -> str:
    """Who gave it, as everybody may know it."""
    return ANONYMOUS if gift.is_anonymous else gift.sender.display_name


def drawn(kind: GiftKind, *, price_cents: int) -> dict[str, Any]:
    """How a gift looks, at the price it was or is sold for."""
    return {
        "code": kind.code,
        "name": kind.name,
        "art_url": art_url(kind.art),
        "animation": kind.animation,
        "grand": kind.grand,
        "price_cents": price_cents,
    }


def art_url(art: str) -> str:
    """Where the drawing of a gift is."""
    return static(f"img/gifts/{art}.svg")


def board(stream: Stream) -> events.Leaderboard:
    """Who gave most in this stream, and how far its goal is."""
    return _board(Gift.objects.filter(stream=stream), goal_of(stream))


def board_of_all_time(host_id: UUID) -> events.Leaderboard:
    """Who gave most to this reader in all their streams."""
    return _board(Gift.objects.filter(reader=host_id), None)


def own_place(user_id: UUID, given: QuerySet[Gift]) -> OwnPlace:
    """Where ``user_id`` stands among ``given``; only to be shown to themselves."""
    mine = given.filter(sender=user_id).order_by().values_list("is_anonymous")
    sums = dict(mine.annotate(Sum("price_cents")))
    named = sums.get(False, 0)
    before = _named(given).filter(cents__gt=named).count()
    before += (_hidden_cents(given) or 0) > named
    return OwnPlace(before + 1 if named else None, named, sums.get(True, 0))


def goal_of(stream: Stream) -> dict[str, Any] | None:
    """What the host hopes to be given, and how much of it is there."""
    if not stream.goal_cents:
        return None
    return {
        "title": stream.goal_title,
        "cents": stream.goal_cents,
        "reached_cents": stream.gifts_cents,
    }


def has_pass(user_id: UUID, stream_id: UUID) -> bool:
    """Whether somebody has paid at the door of a premium stream, and was not given it back."""
    return StreamPass.objects.filter(
        client=user_id, stream=stream_id, refunded_at__isnull=True
    ).exists()


def limit_of(client_id: UUID, *, at: datetime) -> int | None:
    """How many cents a client wants to give at most in 24 hours; None: no limit."""
    row = GiftLimit.objects.filter(client=client_id).first()
    return row.at(at) if row else None


def given_in_a_day(client_id: UUID, *, at: datetime) -> int:
    """What a client gave in the 24 hours before ``at``, in cents."""
    given = Gift.objects.filter(sender=client_id, at__gt=at - DAY)
    return int(given.aggregate(cents=Sum("price_cents"))["cents"] or 0)


def _board(given: QuerySet[Gift], goal: dict[str, Any] | None) -> events.Leaderboard:
    """Ten places. Those who gave anonymously share one line, so nobody is found by a sum."""
    total = given.aggregate(cents=Sum("price_cents"))["cents"]
    hidden = _hidden_cents(given)
    rows: list[tuple[str, UUID | None, int]] = [
        (name, user_id, cents)
        for user_id, name, cents in _named(given).order_by("-cents", "sender")[:PLACES]
    ]
    if hidden is not None:
        rows.append((ANONYMOUS, None, hidden))
    rows.sort(key=lambda row: -row[2])
    return events.Leaderboard(
        rows=[
            {"place": place, "name": name, "user_id": user_id, "total_cents": cents}
            for place, (name, user_id, cents) in enumerate(rows[:PLACES], start=1)
        ],
        total_cents=total or 0,
        goal=goal,
    )


def _named(given: QuerySet[Gift]) -> QuerySet[Any, Any]:
    """What each person gave under their own name: (id, name, cents)."""
    return (
        given.filter(is_anonymous=False)
        .order_by()
        .values_list("sender", "sender__display_name")
        .annotate(cents=Sum("price_cents"))
    )


def _hidden_cents(given: QuerySet[Gift]) -> int | None:
    """What all who gave anonymously gave together; None when nobody did."""
    return given.filter(is_anonymous=True).aggregate(cents=Sum("price_cents"))["cents"]
