"""A reader as pages show them: plain values, made once, so that templates only print."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from readers import cards as public
from readers.kinds import LANGUAGES, SPECIALTIES, Kind
from readers.models import ReaderProfile
from readers.selectors import NEW_FOR

ICONS: Final = {Kind.CHAT: "chat", Kind.VOICE: "voice", Kind.VIDEO: "cam"}
SPECIALTIES_SHOWN: Final = 2


@dataclass(frozen=True)
class Rate:
    """What a minute of one kind costs."""

    kind: str
    word: str
    icon: str
    cents: int
    is_open: bool  # the reader can be asked for it now


@dataclass(frozen=True)
class Card:
    """One reader on a card."""

    id: UUID
    slug: str
    name: str
    headline: str
    photo_url: str | None
    status: str
    rates: tuple[Rate, ...]
    rating: float | None
    rating_count: int
    languages: tuple[str, ...]
    specialties: tuple[str, ...]
    is_new: bool
    is_automated: bool
    is_favourite: bool

    @property
    def is_online(self) -> bool:
        return self.status == "online"

    @property
    def specialties_shown(self) -> tuple[str, ...]:
        return self.specialties[:SPECIALTIES_SHOWN]


def card(profile: ReaderProfile, *, favourites: Collection[UUID], now: datetime) -> Card:
    """The card of a profile that came with its status (``readers.selectors.listed``)."""
    status: str = profile.status  # type: ignore[attr-defined]
    return Card(
        id=profile.pk,
        slug=profile.slug,
        name=profile.user.display_name,
        headline=profile.headline,
        photo_url=public.photo_url(profile.photo.name or "", profile.portrait),
        status=status,
        rates=tuple(_rate(profile, kind, status) for kind in profile.kinds_offered),
        rating=profile.rating,
        rating_count=profile.rating_count,
        languages=tuple(LANGUAGES.get(code, code) for code in profile.languages),
        specialties=tuple(SPECIALTIES.get(slug, slug) for slug in profile.specialties),
        is_new=profile.published_at is not None and profile.published_at >= now - NEW_FOR,
        is_automated=profile.is_automated,
        is_favourite=profile.pk in favourites,
    )


def cards(profiles: Any, *, favourites: Collection[UUID], now: datetime) -> list[Card]:
    """The cards of several profiles, in their order."""
    return [card(profile, favourites=favourites, now=now) for profile in profiles]


def _rate(profile: ReaderProfile, kind: str, status: str) -> Rate:
    return Rate(
        kind=kind,
        word=Kind(kind).label,
        icon=ICONS[Kind(kind)],
        cents=profile.rate_of(kind) or 0,
        is_open=status == "online" and profile.wants(kind),
    )
