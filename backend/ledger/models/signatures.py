"""What admins signed alone."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from backend.core.ids import uuid7


class SignedAlone(models.Model):
    """How much one admin moved on one UTC day with no second signature; it only grows."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    admin = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    signed_date = models.DateField()
    cents = models.PositiveBigIntegerField(default=0)
    acts = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["admin", "signed_date"], name="an_admin_has_one_sum_a_day"
            ),
            models.CheckConstraint(
                condition=Q(cents=0) | Q(acts__gt=0), name="what_is_signed_took_an_act"
            ),
        ]
