"""Adding money: a row first, then the hosted page, so that a lost answer loses nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet, Sum

from backend.accounts import exclusions, features
from backend.accounts.models import SpendLimit, User
from backend.core import engines
from backend.core.announcements import announce
from backend.core.errors import Forbidden, IllegalMove
from backend.ledger import spending
from backend.ledger.announcements import CheckoutOpened
from payouts import words
from payouts.errors import (
    AmountOutOfBounds,
    ChargerUnreachable,
    DailyCapReached,
    TooManyTopUps,
    TopUpKeyReused,
)
from payouts.models import SavedCard, TopUp
from payouts.ports import CardCharger, Checkout, CheckoutOrder
from payouts.states import COUNTED, TopUpStatus

DAY: Final = timedelta(hours=24)
OPEN_FOR: Final = timedelta(hours=1)
# Every retry is the same request, its end included, and Stripe wants a page to be open for 30
# minutes at least.
RETRY_FOR: Final = timedelta(minutes=29)


def start(*, client: User, key: str, amount_cents: int, at: datetime) -> TopUp:
    """Open a hosted page that adds ``amount_cents``; again with the same key, the same page.

    Not atomic as a whole: the row is committed before the engine is asked, so that an answer
    lost on the way is found again under the same key.
    :raises DomainError: whatever ``begin`` raises.
    :raises IllegalMove: the try is half an hour old and never got its page.
    :raises ChargerUnreachable: unknown; the same key may be sent again.
    """
    top_up = begin(client=client, key=key, amount_cents=amount_cents, at=at)
    if top_up.status != TopUpStatus.CREATED:
        return top_up
    if at > top_up.created_at + RETRY_FOR:
        raise IllegalMove("This try is too old. Nothing was charged. Start again.")
    charger: CardCharger = engines.load("card_charger")
    try:
        checkout = charger.open_checkout(_order(top_up), key=_engine_key(top_up))
    except ChargerUnreachable as error:
        if error.spent_key:
            TopUp.objects.filter(pk=top_up.pk, attempt=top_up.attempt).update(
                attempt=top_up.attempt + 1
            )
        raise
    return _opened(top_up=top_up, checkout=checkout, at=at)


@transaction.atomic
def begin(
    *,
    client: User,
    key: str,
    amount_cents: int,
    at: datetime,
    card: SavedCard | None = None,
    is_automatic: bool = False,
) -> TopUp:
    """Write the row of a top-up, before anybody outside is asked; again gives the same row.

    ``card``: from a saved card, without a page. ``is_automatic``: nobody is there.
    :raises AmountOutOfBounds: not within the limits of one top-up.
    :raises DailyCapReached: too much within 24 hours.
    :raises TooManyTopUps: too many tries, or too many refused cards.
    :raises FeatureOff: staff have paused adding money.
    :raises SelfExcluded, SpendLimitReached: what the client asked of themselves.
    :raises TopUpKeyReused: the key stands for another amount or card.
    """
    # The client's row is the queue in which their tries stand, so that limits hold in a race.
    # Read again there: they may have been stopped since the request came in.
    client = User.objects.select_for_update(no_key=True).get(pk=client.pk)
    known = TopUp.objects.filter(client=client, key=key).first()
    if known:
        if (known.amount_cents, known.card_id) != (amount_cents, card.pk if card else None):
            raise TopUpKeyReused("This key was used for another amount or card.")
        return known
    features.demand("top_ups", client)
    if is_automatic:
        features.demand("auto_reload", client)
    elif card is not None:
        features.demand("saved_cards", client)
    _check_person(client)
    exclusions.refuse(client.pk, at=at)
    check_amount(amount_cents)
    mine = TopUp.objects.filter(client=client)
    _check_pace(mine, at)
    _check_cap(mine, amount_cents, at)
    _check_own_limits(client, mine, amount_cents, at)
    return TopUp.objects.create(
        client=client,
        key=key,
        amount_cents=amount_cents,
        currency=settings.CURRENCY,
        status_since=at,
        created_at=at,
        expires_at=at + OPEN_FOR,
        card=card,
        is_automatic=is_automatic,
    )


@transaction.atomic
def _opened(*, top_up: TopUp, checkout: Checkout, at: datetime) -> TopUp:
    row = TopUp.objects.select_for_update().get(pk=top_up.pk)
    row.checkout_session_id = checkout.id
    row.checkout_url = checkout.url
    row.expires_at = checkout.expires_at
    if row.status == TopUpStatus.CREATED:
        row.status, row.status_since = TopUpStatus.OPEN, at
        announce(CheckoutOpened(client_id=row.client_id, until=row.expires_at))
    row.save()
    return row


def _order(top_up: TopUp) -> CheckoutOrder:
    back = f"{settings.SITE_URL}/wallet/return/?top_up={top_up.pk}"
    return CheckoutOrder(
        top_up_id=top_up.pk,
        client_id=top_up.client_id,
        email=top_up.client.email,
        amount_cents=top_up.amount_cents,
        currency=top_up.currency.lower(),
        title=words.title_of(top_up.amount_cents),
        success_url=back,
        cancel_url=f"{back}&left=1",
        expires_at=top_up.expires_at,
    )


def _engine_key(top_up: TopUp) -> str:
    """Made of facts, so that every retry of this top-up is the same request to Stripe."""
    again = f":a{top_up.attempt}" if top_up.attempt > 1 else ""
    return f"topup:{top_up.pk}:checkout{again}"


def _check_person(client: User) -> None:
    if not client.is_client or client.is_frozen or not client.is_active:
        raise Forbidden("Only clients in good standing add money.")


def check_amount(cents: int) -> None:
    """Stop here if nobody can add that much, or that little, at a time.

    :raises AmountOutOfBounds: nobody can.
    """
    if not settings.TOP_UP_MIN_CENTS <= cents <= settings.TOP_UP_MAX_CENTS:
        raise AmountOutOfBounds(
            f"Add from {words.money(settings.TOP_UP_MIN_CENTS)} "
            f"to {words.money(settings.TOP_UP_MAX_CENTS)} at a time.",
            min_cents=settings.TOP_UP_MIN_CENTS,
            max_cents=settings.TOP_UP_MAX_CENTS,
        )


def _check_pace(mine: QuerySet[TopUp], at: datetime) -> None:
    times, seconds = settings.RATE_LIMITS["top-up"]
    recent = mine.filter(created_at__gt=at - timedelta(seconds=seconds)).order_by("created_at")
    if len(tries := list(recent.values_list("created_at", flat=True))) >= times:
        raise _too_many(tries[-times] + timedelta(seconds=seconds) - at)
    refusals, seconds = settings.RATE_LIMITS["payment-failure"]
    refused = mine.filter(created_at__gt=at - timedelta(seconds=seconds), refusals__gt=0)
    total = refused.aggregate(total=Sum("refusals"))["total"] or 0
    if total >= refusals:
        oldest = refused.order_by("created_at").values_list("created_at", flat=True)[0]
        raise _too_many(oldest + timedelta(seconds=seconds) - at)


def _too_many(wait: timedelta) -> TooManyTopUps:
    return TooManyTopUps(
        "Too many tries to add money. Nothing was charged. Take a pause and try again.",
        retry_after=max(1, int(wait.total_seconds())),
        needs_challenge=True,
    )


def _check_cap(mine: QuerySet[TopUp], cents: int, at: datetime) -> None:
    left = settings.TOP_UP_DAILY_CAP_CENTS - added_cents(mine, since=at - DAY, at=at)
    if cents > left:
        raise DailyCapReached(
            f"In 24 hours you can add {words.money(settings.TOP_UP_DAILY_CAP_CENTS)}. "
            f"{words.money(max(0, left))} is left.",
            left_cents=max(0, left),
        )


def _check_own_limits(client: User, mine: QuerySet[TopUp], cents: int, at: datetime) -> None:
    """A client's own limits are for adding as for spending: they bound both, each by itself."""
    for limit in SpendLimit.objects.filter(client=client):
        span, most = SpendLimit.Span(limit.span), limit.at(at)
        if most is None:
            continue
        room = spending.Room(span, most, added_cents(mine, since=at - span.length, at=at))
        if cents > room.cents:
            raise spending.reached(room, cents)


def added_cents(mine: QuerySet[TopUp], *, since: datetime, at: datetime) -> int:
    """What these top-ups added since then, or still may."""
    counted = mine.filter(created_at__gt=since, status__in=COUNTED)
    still_open = counted.exclude(status=TopUpStatus.CREATED, expires_at__lte=at)
    return int(still_open.aggregate(total=Sum("amount_cents"))["total"] or 0)
