"""Gifts: what can be sent, what was sent, and how much a sender wants to give at most."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from backend.accounts.models import OwnLimit
from backend.core.ids import uuid7
from live.models.streams import Stream

_USER = settings.AUTH_USER_MODEL


class GiftKind(models.Model):
    """One thing of the catalogue. Admins edit it; what was sent keeps the price it had.

    ``art`` names a drawing under ``static/img/gifts/``; ``animation`` a motion of the
    stylesheet. A ``grand`` gift crosses the whole stage, at most once in 20 seconds.
    """

    class Animation(models.TextChoices):
        DRIFT = "drift", "Drifts upward"
        BLOOM = "bloom", "Opens"
        SHIMMER = "shimmer", "Shimmers"
        CROSS = "cross", "Crosses the stage"
        ECLIPSE = "eclipse", "Darkens the stage"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(max_length=32, unique=True)
    name = models.CharField(max_length=40)
    price_cents = models.PositiveIntegerField()
    art = models.SlugField(max_length=32)
    animation = models.CharField(max_length=12, choices=Animation, default=Animation.DRIFT)
    grand = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)
    is_offered = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "price_cents", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(price_cents__gte=50, price_cents__lte=10_000),
                name="a_gift_costs_half_a_dollar_to_a_hundred",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Gift(models.Model):
    """One gift that was paid. ``id`` was chosen by the sender's page, so a retry is the same."""

    id = models.UUIDField(primary_key=True, editable=False)
    stream = models.ForeignKey(Stream, models.PROTECT, related_name="gifts", db_index=False)
    sender = models.ForeignKey(_USER, models.PROTECT, related_name="gifts_sent", db_index=False)
    reader = models.ForeignKey(_USER, models.PROTECT, related_name="gifts_got", db_index=False)
    kind = models.ForeignKey(GiftKind, models.PROTECT, related_name="+", db_index=False)
    price_cents = models.PositiveIntegerField()
    reader_cents = models.PositiveIntegerField()
    is_anonymous = models.BooleanField(default=False)
    combo = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(price_cents__gt=0, reader_cents__lte=F("price_cents")),
                name="a_gift_is_shared_within_its_price",
            ),
            models.CheckConstraint(
                condition=~Q(sender=F("reader")), name="nobody_gives_to_oneself"
            ),
        ]
        indexes = [
            models.Index(fields=["stream", "sender"], name="gifts_of_a_stream"),
            models.Index(fields=["reader", "sender"], name="gifts_to_a_reader"),
            models.Index(fields=["sender", "-at"], name="gifts_of_a_sender"),
            models.Index(fields=["stream", "-at"], name="gifts_latest"),
            models.Index(fields=["-at", "-id"], name="gifts_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.kind_id} to {self.reader_id}"


class GiftLimit(OwnLimit):
    """How much a client wants to give at most in 24 hours."""

    client = models.OneToOneField(
        _USER, models.CASCADE, primary_key=True, related_name="gift_limit"
    )

    def __str__(self) -> str:
        return f"{self.client_id}: {self.cents}"
