"""Rows of promotional codes: made by staff, redeemed once by each client."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from backend.core.ids import uuid7

CODE_CHARS_MAX = 32


class PromoCode(models.Model):
    """``cents`` of credit for whoever types it, good for ``valid_days`` from then.

    It can be redeemed from ``starts_at`` to ``ends_at``, ``uses_max`` times in all. ``is_signed``:
    somebody answers for all that it may give, which is a second admin where it is much.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=CODE_CHARS_MAX, unique=True)
    cents = models.PositiveIntegerField()
    valid_days = models.PositiveSmallIntegerField(default=30)
    uses_max = models.PositiveIntegerField()
    uses = models.PositiveIntegerField(default=0, editable=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_active = models.BooleanField(default=True)
    note = models.CharField(max_length=200, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    is_signed = models.BooleanField(default=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(uses__lte=F("uses_max")), name="a_code_is_not_used_too_often"
            ),
            models.CheckConstraint(
                condition=Q(cents__gte=1, cents__lte=50_000), name="a_code_gives_up_to_500_dollars"
            ),
            models.CheckConstraint(
                condition=Q(valid_days__gte=1, valid_days__lte=365),
                name="credit_is_good_for_a_day_to_a_year",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="a_code_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(is_active=False) | Q(is_signed=True), name="a_code_in_use_is_signed"
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Z0-9-]{4,32}$"),
                name="a_code_is_capitals_and_digits",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def worth_cents(self) -> int:
        """All that it may give."""
        return self.cents * self.uses_max


class PromoRedemption(models.Model):
    """One client redeemed one code. ``id`` is the grant's in the ledger."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.ForeignKey(PromoCode, models.PROTECT, related_name="redemptions")
    client = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="redemptions", db_index=False
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "code"], name="a_client_redeems_a_code_once")
        ]

    def __str__(self) -> str:
        return f"{self.client_id} at {self.at:%Y-%m-%d}"

    @property
    def expires_at(self) -> datetime:
        """When the credit runs out."""
        return self.at + timedelta(days=self.code.valid_days)
