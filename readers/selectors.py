"""Questions about readers: who is listed, who is online, who can be asked for what.

A reader's status is the server's truth: the wish per kind AND a fresh presence AND not in a
reading. Presence lives in Redis; when Redis is out of reach everybody is shown offline.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from django.db.models import CharField, FloatField, Q, QuerySet
from django.db.models.expressions import RawSQL
from redis.exceptions import RedisError

from backend.core.among import array
from backend.core.errors import NotFound
from backend.realtime import presence
from readers.errors import KindNotOffered, ReaderBusy, ReaderOffline
from readers.kinds import Kind
from readers.models import ReaderProfile

log = structlog.get_logger(__name__)

NEW_FOR = timedelta(days=30)
SEARCH_CHARS_MAX: Final = 80
SORTS: Final = {
    "recommended": "-score",
    "rating": "-stars",
    "price": "cheapest_cents",
    "newest": "-published_at",
}
_WANTED = " OR ".join(
    f"(readers_readerprofile.wants_{kind} AND readers_readerprofile.rate_{kind}_cents IS NOT NULL)"
    for kind in Kind.values
)
_CASE = f"""CASE WHEN readers_readerprofile.user_id <> ALL(%s::uuid[]) THEN {{offline}}
    WHEN readers_readerprofile.busy_session_id IS NOT NULL THEN {{busy}}
    WHEN {_WANTED} THEN {{online}} ELSE {{offline}} END"""
_STATUS: Final = _CASE.format(online="'online'", busy="'busy'", offline="'offline'")
# Those who can be called now come first, then those who soon can, then by stars (at most 5).
_RANKS: Final = {"online": 20, "busy": 10, "offline": 0}
_SCORE: Final = _CASE.format(**_RANKS) + " + readers_readerprofile.stars"


@dataclass(frozen=True)
class Filters:
    """What a client asked of the list. Empty fields ask nothing. Rates in cents a minute."""

    kind: str = ""
    q: str = ""
    language: str = ""
    specialty: str = ""
    min_rate: int | None = None
    max_rate: int | None = None
    min_rating: float | None = None
    online: bool = False
    new: bool = False
    sort: str = "recommended"


@dataclass(frozen=True)
class Offer:
    """What a reader offers right now for one kind."""

    reader_id: UUID
    kind: str
    rate_cents: int
    is_automated: bool
    relay_only: bool


def fresh_ids(now: datetime) -> set[UUID]:
    """Users whose me-socket has beaten within 15 s; none when Redis is out of reach."""
    try:
        return set(presence.all_fresh(now))
    except (RedisError, OSError):
        log.warning("presence_unknown")
        return set()


def here(now: datetime) -> str:
    """Those of ``fresh_ids`` as the text of one array, as questions about status take them."""
    return array(fresh_ids(now))


def listed(
    filters: Filters, *, now: datetime, present: str | None = None
) -> QuerySet[ReaderProfile]:
    """The published readers that match, each with ``status`` and ``score``.

    ``present`` is an answer of ``here``; without it, it is asked afresh.
    """
    rows = _with_status(_published(), here(now) if present is None else present)
    rows = rows.filter(_asked(filters, now))
    if filters.q.strip():
        rows = _searched(rows, filters.q.strip()[:SEARCH_CHARS_MAX])
    return rows.order_by(SORTS.get(filters.sort, SORTS["recommended"]), "pk")


def by_id(reader_id: UUID, *, now: datetime) -> ReaderProfile:
    """One published reader with their status.

    :raises NotFound: there is none, or they are not published.
    """
    return _one(Q(pk=reader_id), now)


def by_slug(slug: str, *, now: datetime) -> ReaderProfile:
    """One published reader by the name in the address, with their status.

    :raises NotFound: there is none, or they are not published.
    """
    return _one(Q(slug=slug), now)


def own(reader_id: UUID, *, now: datetime) -> ReaderProfile:
    """A reader's own profile, published or not, with their status.

    :raises NotFound: the user has no profile.
    """
    rows = _with_status(ReaderProfile.objects.select_related("user"), here(now))
    found = rows.filter(pk=reader_id).first()
    if found is None:
        raise NotFound("There is no reader profile for this account.")
    return found


def status_of(profile: ReaderProfile, *, fresh: bool) -> str:
    """``online``, ``busy`` or ``offline``: the one rule, in words (SQL twin: ``_with_status``)."""
    if not fresh:
        return "offline"
    if profile.busy_session_id is not None:
        return "busy"
    return "online" if profile.kinds_wanted else "offline"


def status_at(score: float) -> str:
    """The status that a row's ``score`` tells, for who did not ask for ``status`` as well."""
    return next(status for status, rank in _RANKS.items() if score >= rank)


def bookable(reader_id: UUID, kind: str, *, now: datetime) -> Offer:
    """What the reader offers for ``kind`` at this moment.

    :raises NotFound: no such published reader.
    :raises KindNotOffered: no rate for that kind.
    :raises ReaderOffline: not online for that kind.
    :raises ReaderBusy: in another reading.
    """
    profile = by_id(reader_id, now=now)
    rate = profile.rate_of(kind)
    if rate is None:
        raise KindNotOffered
    status = profile.status  # type: ignore[attr-defined]
    if status == "busy":
        raise ReaderBusy
    if status != "online" or not profile.wants(kind):
        raise ReaderOffline
    return Offer(profile.pk, kind, rate, profile.is_automated, profile.relay_only)


def _one(where: Q, now: datetime) -> ReaderProfile:
    found = _with_status(_published(), here(now)).filter(where).first()
    if found is None:
        raise NotFound("There is no such reader.")
    return found


def _published() -> QuerySet[ReaderProfile]:
    return ReaderProfile.objects.select_related("user").filter(
        published_at__isnull=False, user__is_active=True, user__frozen_at__isnull=True
    )


def _wanted(kind: str) -> Q:
    return Q(**{f"wants_{kind}": True, f"rate_{kind}_cents__isnull": False})


def _with_status(rows: QuerySet[ReaderProfile], present: str) -> QuerySet[Any]:
    """Add ``status`` and ``score``: the SQL twin of ``status_of``.

    Written as SQL because composing it from expressions costs the busiest list 3 ms a request.
    """
    return rows.annotate(
        status=RawSQL(_STATUS, [present], output_field=CharField()),  # noqa: S611  (constant SQL)
        score=RawSQL(_SCORE, [present], output_field=FloatField()),  # noqa: S611
    )


def _asked(filters: Filters, now: datetime) -> Q:
    where = Q()
    kinds = [filters.kind] if filters.kind in Kind.values else list(Kind.values)
    if filters.kind in Kind.values:
        where &= Q(**{f"rate_{filters.kind}_cents__isnull": False})
    where &= _in_price(kinds, filters.min_rate, filters.max_rate)
    if filters.language:
        where &= Q(languages__contains=[filters.language])
    if filters.specialty:
        where &= Q(specialties__contains=[filters.specialty])
    if filters.min_rating is not None:
        where &= Q(rating_count__gt=0, stars__gte=filters.min_rating)
    if filters.new:
        where &= Q(published_at__gte=now - NEW_FOR)
    if filters.online:
        where &= Q(status="online")
        if filters.kind in Kind.values:
            where &= _wanted(filters.kind)
    return where


def _in_price(kinds: list[str], low: int | None, high: int | None) -> Q:
    if low is None and high is None:
        return Q()
    any_kind = Q(pk__in=[])
    for kind in kinds:
        fits = Q(**{f"rate_{kind}_cents__isnull": False})
        if low is not None:
            fits &= Q(**{f"rate_{kind}_cents__gte": low})
        if high is not None:
            fits &= Q(**{f"rate_{kind}_cents__lte": high})
        any_kind |= fits
    return any_kind


def _searched(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    """Trigram search: forgiving of typing errors, indexed by pg_trgm."""
    return rows.filter(Q(search_text__trigram_word_similar=words) | Q(search_text__icontains=words))


def profile_of(user_id: UUID) -> ReaderProfile | None:
    """A reader's profile, shown or not; None for everybody else."""
    return ReaderProfile.objects.select_related("user").filter(pk=user_id).first()
