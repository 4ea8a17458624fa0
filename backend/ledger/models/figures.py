"""What the nights keep for the days: sums by day, and how each audit went."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from backend.core.ids import uuid7


class DayFigure(models.Model):
    """One kind of movement on one UTC day. ``take_cents``: what of it the platform kept, less
    what it gave back; negative when more went back.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    day = models.DateField()
    kind = models.CharField(max_length=32)
    count = models.PositiveIntegerField()
    gross_cents = models.PositiveBigIntegerField()
    take_cents = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "kind"], name="a_day_counts_a_kind_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"


class AuditRun(models.Model):
    """One run of every proof: how much was found, and the first findings in words."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField()
    findings = models.PositiveIntegerField()
    words = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(findings=0, words=[]) | (Q(findings__gt=0) & ~Q(words=[])),
                name="an_audit_says_what_it_found",
            )
        ]

    def __str__(self) -> str:
        return f"{self.findings} findings at {self.at:%Y-%m-%d %H:%M}"
