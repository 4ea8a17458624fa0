"""What a reader's public page keeps of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from backend.core import privacy
from readers.models import ReaderProfile, VettingStep


@privacy.exports(
    "reader-page",
    title="Your reader page",
    words="What clients read about you, your rates, and your rating.",
    tables=["readers.ReaderProfile"],
)
def reader_page(user_id: UUID) -> Iterator[privacy.Row]:
    """The profile; the photo by its name."""
    yield from privacy.rows(
        ReaderProfile.objects.filter(pk=user_id),
        *("slug", "headline", "bio", "specialties", "languages", "years_experience", "photo"),
        *("rate_chat_cents", "rate_voice_cents", "rate_video_cents", "rating_sum"),
        *("rating_count", "readings_count", "published_at", "created_at"),
    )


@privacy.exports(
    "reader-vetting",
    title="Your vetting",
    words="What our team confirmed about you before your page was shown.",
    tables=["readers.VettingStep"],
)
def vetting(user_id: UUID) -> Iterator[privacy.Row]:
    """Each point with what was seen; not who of our team saw it."""
    yield from privacy.rows(VettingStep.objects.filter(reader=user_id), "kind", "note", "done_at")


@privacy.erases("reader-page")
def forget_person(*, user_id: UUID, at: datetime) -> int:
    """Take the page down and empty it; its numbers stay with the receipts of clients."""
    VettingStep.objects.filter(reader=user_id).delete()
    profile = ReaderProfile.objects.select_for_update().filter(pk=user_id).first()
    if profile is None:
        return 0
    if profile.photo:
        storage, name = profile.photo.storage, str(profile.photo.name)
        transaction.on_commit(partial(storage.delete, name), robust=True)
    profile.slug = f"former-{profile.pk.hex}"
    profile.headline = profile.bio = profile.portrait = profile.search_text = ""
    profile.offline_reason = ""
    profile.specialties, profile.languages, profile.years_experience = [], [], 0
    profile.photo = ""
    profile.wants_chat = profile.wants_voice = profile.wants_video = False
    profile.published_at = None
    profile.save()
    return 1
