"""A reader's profile: made by admins, kept by the reader."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.text import slugify

from backend.accounts.models import User
from backend.core.errors import Conflict, InvalidInput, NotFound
from readers.kinds import LANGUAGES, SPECIALTIES, Kind
from readers.models import ReaderProfile

EDITABLE = {"headline", "bio", "specialties", "languages", "years_experience", "relay_only"}


class ProfileChanged(Conflict):
    """Somebody changed the profile since it was read (If-Match)."""

    code, status, title = "profile_changed", 412, "The profile has changed meanwhile"


@transaction.atomic
def create(*, user: User, at: datetime, published: bool = False, **fields: Any) -> ReaderProfile:
    """Make the profile of a new reader, hidden until ``vetting`` lets it be shown.

    ``published``: it is shown at once, for people who need no vetting (the demo's, who are
    programs) or had it elsewhere.

    :raises InvalidInput: the user is no reader, or a field is out of bounds.
    """
    if not user.is_reader:
        raise InvalidInput("Only a reader can have a reader profile.")
    profile = ReaderProfile(user=user, slug=_free_slug(user.display_name))
    profile.published_at = at if published else None
    _apply(profile, fields)
    profile.save(force_insert=True)
    return profile


@transaction.atomic
def update(
    *, reader_id: UUID, changes: dict[str, Any], at: datetime, seen_version: str | None = None
) -> ReaderProfile:
    """Change the reader's own words about themselves.

    ``seen_version`` is the ``version_of`` the caller last read; None skips the comparison.
    :raises NotFound: no such profile.
    :raises ProfileChanged: it changed since.
    :raises InvalidInput: an unknown specialty or language, or too many.
    """
    profile = _locked(reader_id)
    if seen_version is not None and seen_version != version_of(profile):
        raise ProfileChanged
    _apply(profile, {name: value for name, value in changes.items() if name in EDITABLE})
    profile.save()
    return profile


@transaction.atomic
def set_rates(*, reader_id: UUID, rates: dict[str, int | None], at: datetime) -> ReaderProfile:
    """Set cents a minute per kind; None stops offering it. Running readings keep their rate.

    :raises InvalidInput: a rate outside 50 cents to the maximum, or an unknown kind.
    """
    profile = _locked(reader_id)
    for kind, cents in rates.items():
        if kind not in Kind.values:
            raise InvalidInput("There is no such kind of reading.")
        low, high = settings.RATE_MIN_CENTS, settings.RATE_MAX_CENTS
        if cents is not None and not low <= cents <= high:
            raise InvalidInput(f"A rate is between {low} and {high} cents a minute.")
        setattr(profile, f"rate_{kind}_cents", cents)
        if cents is None:
            setattr(profile, f"wants_{kind}", False)
    profile.save()
    return profile


def record_rating(*, reader_id: UUID, stars_delta: int, count_delta: int) -> None:
    """Add a review's stars to the reader's sum (or take them away when it changes)."""
    ReaderProfile.objects.filter(pk=reader_id).update(
        rating_sum=F("rating_sum") + stars_delta, rating_count=F("rating_count") + count_delta
    )


def version_of(profile: ReaderProfile) -> str:
    """What an ETag says of the profile: it changes with every save."""
    return f'"{int(profile.updated_at.timestamp() * 1_000_000):x}"'


def _locked(reader_id: UUID) -> ReaderProfile:
    profile = ReaderProfile.objects.select_for_update().filter(pk=reader_id).first()
    if profile is None:
        raise NotFound("There is no reader profile for this account.")
    return profile


def _apply(profile: ReaderProfile, fields: dict[str, Any]) -> None:
    _known(fields.get("specialties", []), SPECIALTIES, "specialty")
    _known(fields.get("languages", []), LANGUAGES, "language")
    for name, value in fields.items():
        setattr(profile, name, value)
    profile.search_text = _search_text(profile)


def _known(words: list[str], vocabulary: dict[str, str], what: str) -> None:
    unknown = [word for word in words if word not in vocabulary]
    if unknown or len(set(words)) != len(words) or len(words) > 8:
        raise InvalidInput(f"Choose up to 8 different entries; unknown {what}: {unknown}.")


def _search_text(profile: ReaderProfile) -> str:
    said = [SPECIALTIES.get(s, s) for s in profile.specialties]
    spoken = [LANGUAGES.get(code, code) for code in profile.languages]
    words = [profile.user.display_name, profile.headline, *said, *spoken, profile.bio]
    return " ".join(words).lower()


def _free_slug(name: str) -> str:
    base = slugify(name)[:60] or "reader"
    taken = set(ReaderProfile.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    if base not in taken:
        return base
    return next(f"{base}-{n}" for n in range(2, len(taken) + 3) if f"{base}-{n}" not in taken)
