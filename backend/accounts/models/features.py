"""What staff have switched about the product's features. No row: as the registry says."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from backend.core.ids import uuid7


class FeatureSwitch(models.Model):
    """One feature of ``backend.accounts.features`` as somebody of staff set it last.

    ``roles``: only people of these roles; empty: everybody. ``percent``: of the people, always the
    same ones.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=40, unique=True)
    is_on = models.BooleanField()
    percent = models.PositiveSmallIntegerField(default=100)
    roles = ArrayField(models.CharField(max_length=8), default=list, blank=True, size=3)
    note = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__lte=100), name="a_share_of_people_is_a_percentage"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {'on' if self.is_on else 'off'}"
