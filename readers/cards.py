"""A reader as the API shows them: a plain dict from a row of ``values()``, no model instance.

Lists are the busiest door, so nothing here asks a query or builds a serializer.
"""

from __future__ import annotations

from typing import Any, Final

from django.core.files.storage import default_storage
from django.templatetags.static import static

from readers.kinds import Kind
from readers.models import ReaderProfile

COLUMNS: Final = (
    "pk", "slug", "user__display_name", "headline", "specialties", "languages",
    "years_experience", "photo", "portrait", "rate_chat_cents", "rate_voice_cents",
    "rate_video_cents", "wants_chat", "wants_voice", "wants_video", "rating_sum",
    "rating_count", "readings_count", "is_automated", "published_at", "status",
    "score", "stars", "cheapest_cents",
)  # fmt: skip


def card(row: dict[str, Any]) -> dict[str, Any]:
    """The public card of one reader; rates in cents a minute, null when not offered."""
    count = row["rating_count"]
    online = row["status"] == "online"
    return {
        "id": str(row["pk"]),
        "slug": row["slug"],
        "display_name": row["user__display_name"],
        "headline": row["headline"],
        "specialties": row["specialties"],
        "languages": row["languages"],
        "years_experience": row["years_experience"],
        "photo_url": photo_url(row["photo"], row["portrait"]),
        "status": row["status"],
        "kinds_online": [k for k in Kind.values if online and _wants(row, k)],
        "rates": {f"{kind}_cents": row[f"rate_{kind}_cents"] for kind in Kind.values},
        "currency": "USD",
        "rating": round(row["rating_sum"] / count, 1) if count else None,
        "rating_count": count,
        "readings_count": row["readings_count"],
        "is_automated": row["is_automated"],
    }


def photo_url(photo: str, portrait: str) -> str | None:
    """Where the picture is: the uploaded photo, else the drawn portrait, else nowhere."""
    if photo:
        return str(default_storage.url(photo))
    return static(f"img/portraits/{portrait}.svg") if portrait else None


def card_of(profile: ReaderProfile) -> dict[str, Any]:
    """The card of a profile that came with its status (``selectors.by_id`` and siblings)."""
    row = {name: getattr(profile, name, None) for name in COLUMNS if "__" not in name}
    row |= {"user__display_name": profile.user.display_name, "photo": profile.photo.name}
    return card(row)


def _wants(row: dict[str, Any], kind: str) -> bool:
    return bool(row[f"wants_{kind}"]) and row[f"rate_{kind}_cents"] is not None
