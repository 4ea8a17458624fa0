"""Adjustments: money given or taken by hand, from the request to the movement."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from backend.core.ids import uuid7

_USER = settings.AUTH_USER_MODEL


class Adjustment(models.Model):
    """One admin asks to give a person ``cents``, or to take them from a client when negative.

    ``id`` is chosen by whoever asks, so a retry is the same request. A posted one without
    ``decided_by`` was within what the requester may sign alone.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", "Waits for a second admin"
        POSTED = "posted", "Posted"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(_USER, models.PROTECT, related_name="+", db_index=False)
    cents = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=9, choices=State, default=State.REQUESTED)
    requested_by = models.ForeignKey(_USER, models.PROTECT, related_name="+", db_index=False)
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        _USER, models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, blank=True)
    movement_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(cents=0) & ~Q(reason=""), name="an_adjustment_moves_and_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(requested_by=F("person")), name="nobody_adjusts_for_oneself"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["posted", "refused"])
                | Q(decided_by__isnull=True)
                | ~Q(decided_by=F("requested_by")),
                name="nobody_decides_about_their_own_adjustment",
            ),
            models.CheckConstraint(
                condition=Q(state="requested", decided_at=None, movement_id=None)
                | Q(state="posted", decided_at__isnull=False, movement_id__isnull=False)
                | Q(
                    state__in=["refused", "withdrawn"],
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                    movement_id=None,
                ),
                name="only_a_posted_adjustment_has_a_movement",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="adjustments_by_state"),
            models.Index(fields=["person", "-id"], name="adjustments_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.cents} for {self.person_id}"

    @property
    def gives(self) -> bool:
        """Whether the person gets money, rather than losing some."""
        return self.cents > 0

    @property
    def size_cents(self) -> int:
        return abs(self.cents)
