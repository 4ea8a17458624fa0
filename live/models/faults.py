"""What was looked for in each reading by itself, and what came back without being asked for."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from live.models.readings import ReadingSession


class Withheld(models.TextChoices):
    """Why a proven fault gave nothing back by itself. A client may still open a case."""

    LIMIT = "limit", "So much came back lately that people look first"
    LINKED = "linked", "Client and reader seem to be one person"
    REFUNDED = "refunded", "It had come back before"


class FaultCheck(models.Model):
    """One ended reading, looked at once. Due until ``checked_at`` is set.

    ``minutes`` are the numbers of the minutes that were faulty, ``words`` what the client read,
    ``cents`` what came back: 0 when there was no fault, or it was withheld.
    """

    session = models.OneToOneField(
        ReadingSession, models.PROTECT, primary_key=True, related_name="fault_check"
    )
    due_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    minutes = models.JSONField(default=list)
    words = models.CharField(max_length=200, blank=True)
    cents = models.PositiveBigIntegerField(default=0)
    withheld = models.CharField(max_length=8, choices=Withheld, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(cents=0) | Q(withheld="", checked_at__isnull=False),
                name="a_credit_is_given_or_withheld",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(checked_at=None), name="readings_to_look_at"
            ),
            models.Index(
                fields=["checked_at"], condition=Q(cents__gt=0), name="credits_given_lately"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.cents}"
