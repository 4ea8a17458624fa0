"""Questions of the marketplace: favourites, reviews, the readers one met before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from backend.accounts.models import User
from backend.core.errors import NotFound
from backend.ledger import selectors as ledger
from live.models import ReadingSession
from live.states import State
from marketplace.models import Favourite, Review
from readers import pricing
from readers import selectors as readers
from readers.models import ReaderProfile

MET_SHOWN: Final = 4
MET_LOOKED_AT: Final = 40
TEN_MINUTES: Final = 600


@dataclass(frozen=True)
class Met:
    """A reader the client has been with: the profile with its status, and the last reading."""

    profile: ReaderProfile
    kind: str
    ended_at: datetime
    billed_s: int


@dataclass(frozen=True)
class Estimate:
    """What one kind costs a client: cents, whole seconds; ``None`` without a wallet."""

    kind: str
    rate_cents: int
    ten_minutes_cents: int
    start_cents: int
    affordable_s: int | None
    is_short: bool


def favourite_ids(user: Any) -> set[UUID]:
    """The readers that this person favours; none for visitors."""
    if not getattr(user, "is_authenticated", False):
        return set()
    return set(Favourite.objects.filter(client=user).values_list("reader_id", flat=True))


def favourites_of(client: User, *, now: datetime) -> QuerySet[ReaderProfile]:
    """The published readers that the client favours, those who are online first."""
    return readers.listed(readers.Filters(), now=now).filter(pk__in=favourite_ids(client))


def reviews_of(reader_id: UUID) -> QuerySet[Review]:
    """What clients said of a reader, newest first; what was taken down is left out."""
    return (
        Review.objects.filter(reader_id=reader_id, hidden_at__isnull=True)
        .select_related("client", "reader")
        .order_by("-id")
    )


def review_of(user: User, session_id: UUID) -> tuple[ReadingSession, Review | None]:
    """A reading of this person and its review, if it has one.

    :raises NotFound: the person was neither client nor reader of it.
    """
    session = ReadingSession.objects.filter(pk=session_id).first()
    if session is None or session.peer_of(user.pk) is None:
        raise NotFound("There is no such reading.")
    return session, Review.objects.filter(session=session).select_related("client").first()


def met_by(client: User, *, now: datetime) -> list[Met]:
    """The readers of the client's latest paid readings, each once, at most four."""
    latest: dict[UUID, ReadingSession] = {}
    ended = ReadingSession.objects.filter(client=client, state=State.ENDED, billable_s__gt=0)
    for session in ended.order_by("-requested_at")[:MET_LOOKED_AT]:
        latest.setdefault(session.reader_id, session)
    chosen = dict(list(latest.items())[:MET_SHOWN])
    shown = readers.listed(readers.Filters(), now=now).filter(pk__in=chosen)
    profiles = {profile.pk: profile for profile in shown}
    return [
        Met(
            profiles[pk], session.kind, session.ended_at or session.requested_at, session.billable_s
        )
        for pk, session in chosen.items()
        if pk in profiles
    ]


def spendable_of(user: Any) -> int | None:
    """Cents the person may spend now; None for visitors, readers and admins."""
    if not getattr(user, "is_authenticated", False) or not user.is_client:
        return None
    balance = ledger.balance_of(user.pk)
    return balance.cash_cents + balance.promo_cents


def estimates(profile: ReaderProfile, spendable_cents: int | None) -> list[Estimate]:
    """For each kind the reader offers: what ten minutes cost, how long the balance lasts."""
    return [
        _estimate(kind, profile.rate_of(kind) or 0, spendable_cents)
        for kind in profile.kinds_offered
    ]


def _estimate(kind: str, rate_cents: int, spendable_cents: int | None) -> Estimate:
    terms = {"rate_cents": rate_cents, "increment_s": settings.BILLING_INCREMENT_SECONDS}
    start = pricing.price(seconds=settings.MIN_START_SECONDS, **terms)
    lasts = None
    if spendable_cents is not None:
        lasts = pricing.longest_affordable(cents=spendable_cents, **terms)
    return Estimate(
        kind=kind,
        rate_cents=rate_cents,
        ten_minutes_cents=pricing.price(seconds=TEN_MINUTES, **terms),
        start_cents=start,
        affordable_s=lasts,
        is_short=spendable_cents is not None and spendable_cents < start,
    )
