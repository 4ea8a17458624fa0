"""A reader's public face: what they offer, at which rate, and whether they want to be called."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast, Coalesce, Least

from backend.core.ids import uuid7
from readers.kinds import SPECIALTIES_MAX, Kind

RATE_FLOOR_CENTS = 50
NOT_FOR_SALE = 10**9  # sorts readers without any rate behind all others


def photo_path(profile: ReaderProfile, filename: str) -> str:
    """Where a photo lies: a name of our own choosing, never the uploader's."""
    return f"readers/{profile.pk}/{uuid7()}.webp"


def _rate() -> models.PositiveIntegerField[int | None, int | None]:
    return models.PositiveIntegerField(null=True, blank=True)


class ReaderProfile(models.Model):
    """One reader. ``rate_*_cents`` a minute; null: that kind is not offered.

    ``wants_*`` is the reader's wish; what clients see is the wish AND a fresh presence AND not
    busy (``selectors.status_of``). ``busy_session_id`` names the live reading that occupies them.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="reader_profile"
    )
    slug = models.SlugField(max_length=80, unique=True)
    headline = models.CharField(max_length=120, blank=True)
    bio = models.TextField(max_length=4_000, blank=True)
    specialties = ArrayField(models.CharField(max_length=40), default=list, size=SPECIALTIES_MAX)
    languages = ArrayField(models.CharField(max_length=8), default=list, size=8)
    years_experience = models.PositiveSmallIntegerField(default=0)
    photo = models.ImageField(upload_to=photo_path, blank=True)
    portrait = models.CharField(max_length=40, blank=True)  # drawn art of a demo reader
    rate_chat_cents = _rate()
    rate_voice_cents = _rate()
    rate_video_cents = _rate()
    wants_chat = models.BooleanField(default=False)
    wants_voice = models.BooleanField(default=False)
    wants_video = models.BooleanField(default=False)
    wish_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)  # last fresh presence the sweep saw
    told_status = models.CharField(max_length=8, default="offline")  # what the world was told last
    offline_reason = models.CharField(max_length=120, blank=True)
    missed_rings = models.PositiveSmallIntegerField(default=0)
    busy_session_id = models.UUIDField(null=True, blank=True)
    relay_only = models.BooleanField(default=True)  # hides the reader's address when TURN is there
    is_automated = models.BooleanField(default=False)
    rating_sum = models.PositiveIntegerField(default=0)
    rating_count = models.PositiveIntegerField(default=0)
    readings_count = models.PositiveIntegerField(default=0)
    search_text = models.TextField(default="", editable=False)
    # A newcomer counts as five middling reviews, so that one kind friend does not top the list.
    stars = models.GeneratedField(
        expression=Cast(F("rating_sum") + 20, models.FloatField()) / (F("rating_count") + 5),
        output_field=models.FloatField(),
        db_persist=True,
    )
    cheapest_cents = models.GeneratedField(
        expression=Coalesce(
            Least("rate_chat_cents", "rate_voice_cents", "rate_video_cents"), NOT_FOR_SALE
        ),
        output_field=models.IntegerField(),
        db_persist=True,
    )
    published_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [  # type: ignore[assignment]  # all of them are CheckConstraints
            models.CheckConstraint(
                condition=Q(**{f"rate_{kind}_cents__gte": RATE_FLOOR_CENTS})
                | Q(**{f"rate_{kind}_cents__isnull": True}),
                name=f"a_{kind}_rate_is_at_least_50_cents",
            )
            for kind in Kind.values
        ] + [
            models.CheckConstraint(
                condition=Q(rating_sum__lte=5 * F("rating_count")),
                name="ratings_are_at_most_five_stars",
            )
        ]
        indexes = [
            GinIndex(fields=["search_text"], name="reader_search", opclasses=["gin_trgm_ops"]),
            GinIndex(fields=["specialties"], name="reader_specialties"),
            GinIndex(fields=["languages"], name="reader_languages"),
            models.Index(fields=["-published_at"], name="reader_published"),
        ]

    def __str__(self) -> str:
        return self.slug

    def rate_of(self, kind: str) -> int | None:
        """Cents a minute for ``kind``, or None when it is not offered."""
        rate: int | None = getattr(self, f"rate_{kind}_cents")
        return rate

    def wants(self, kind: str) -> bool:
        """Whether the reader wishes to be called for ``kind``."""
        return bool(getattr(self, f"wants_{kind}")) and self.rate_of(kind) is not None

    @property
    def kinds_wanted(self) -> list[str]:
        return [kind for kind in Kind.values if self.wants(kind)]

    @property
    def kinds_offered(self) -> list[str]:
        return [kind for kind in Kind.values if self.rate_of(kind) is not None]

    @property
    def rating(self) -> float | None:
        """Mean stars, one decimal, or None before the first review."""
        return round(self.rating_sum / self.rating_count, 1) if self.rating_count else None


class VettingStep(models.Model):
    """One point that an admin confirmed about a reader before their page was shown."""

    class Kind(models.TextChoices):
        IDENTITY = "identity", "Identity seen"
        ADULT = "adult", "18 or over"
        TEST_READING = "test_reading", "Test reading held"
        SAMPLES = "samples", "Samples heard"
        AGREEMENT = "agreement", "Agreement signed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reader = models.ForeignKey(ReaderProfile, models.CASCADE, related_name="vetting")
    kind = models.CharField(max_length=16, choices=Kind)
    note = models.CharField(max_length=200)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    done_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reader", "kind"], name="a_point_is_confirmed_once"),
            models.CheckConstraint(condition=~Q(note=""), name="a_point_says_what_was_seen"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.reader_id}"
