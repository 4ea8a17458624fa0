"""What clients keep and say: favourite readers, and one review for each reading."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from backend.core.ids import uuid7

TEXT_CHARS_MAX = 2_000
REPLY_CHARS_MAX = 1_000


class Favourite(models.Model):
    """A client wants to know when this reader comes online, or goes live.

    ``told_at``: when the client was told last, so that a flickering line does not tell twice;
    ``told_live_at``: the same of streams.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="favourites")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="favoured_by")
    created_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)
    told_live_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "reader"], name="a_reader_is_favoured_once_by_a_client"
            ),
            models.CheckConstraint(condition=~Q(client=F("reader")), name="nobody_favours_oneself"),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} favours {self.reader_id}"


class Review(models.Model):
    """What a client said of one reading, 1 to 5 stars, and what the reader answered.

    ``kind`` and ``billed_s`` are those of the reading, kept here because every list of reviews
    shows them. ``hidden_at``: taken down by our team; its stars no longer count.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.OneToOneField("live.ReadingSession", models.PROTECT, related_name="review")
    client = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reviews")
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="reviews_received"
    )
    stars = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=TEXT_CHARS_MAX, blank=True, default="")
    kind = models.CharField(max_length=8)
    billed_s = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    reply = models.CharField(max_length=REPLY_CHARS_MAX, blank=True, default="")
    replied_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(stars__gte=1, stars__lte=5), name="a_review_has_one_to_five_stars"
            ),
            models.CheckConstraint(condition=Q(billed_s__gte=1), name="only_paid_time_is_reviewed"),
            models.CheckConstraint(condition=~Q(client=F("reader")), name="nobody_reviews_oneself"),
        ]
        indexes = [models.Index(fields=["reader", "-id"], name="reviews_of_reader")]

    def __str__(self) -> str:
        return f"{self.stars} of 5 for {self.reader_id}"
