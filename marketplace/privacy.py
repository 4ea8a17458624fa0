"""What favourites and reviews keep of a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q

from backend.core import privacy
from marketplace.models import Favourite, Review


@privacy.exports(
    "favourites",
    title="Favourites",
    words="Readers you keep.",
    tables=["marketplace.Favourite"],
)
def favourites(user_id: UUID) -> Iterator[privacy.Row]:
    """Readers this client keeps. Who keeps a reader is the clients' own."""
    mine = Favourite.objects.filter(client_id=user_id).order_by("pk")
    yield from privacy.rows(mine, "created_at", reader_name=F("reader__display_name"))


@privacy.exports(
    "reviews",
    title="Reviews",
    words="Reviews you wrote or were given, and the answers.",
    tables=["marketplace.Review"],
)
def reviews(user_id: UUID) -> Iterator[privacy.Row]:
    """Both directions; under each the names that were shown."""
    mine = Review.objects.filter(Q(client_id=user_id) | Q(reader_id=user_id)).order_by("pk")
    yield from privacy.rows(
        mine,
        *("session_id", "stars", "text", "created_at", "edited_at", "reply", "replied_at"),
        "hidden_at",
        by=F("client__display_name"),
        about=F("reader__display_name"),
    )


@privacy.erases("reviews")
def forget_person(*, user_id: UUID, at: datetime) -> int:
    """Stars stay, for the reader earned them; words and name go."""
    Favourite.objects.filter(Q(client_id=user_id) | Q(reader_id=user_id)).delete()
    Review.objects.filter(reader_id=user_id).exclude(reply="").update(reply="")
    return Review.objects.filter(client_id=user_id).update(text="")
