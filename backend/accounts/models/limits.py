"""What people ask of themselves: to spend at most so much, or nothing for a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import models
from django.db.models import F, Q

from backend.accounts.models.people import User
from backend.core.ids import uuid7

RISES_AFTER: Final = timedelta(hours=24)


class OwnLimit(models.Model):
    """A limit that a person set for themselves. It falls at once and rises a day later.

    Until ``raised_at`` the old ``cents`` hold, then ``next_cents``; None: no limit.
    """

    cents = models.PositiveIntegerField(null=True, blank=True)
    next_cents = models.PositiveIntegerField(null=True, blank=True)
    raised_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def at(self, now: datetime) -> int | None:
        """What holds at ``now``; None: no limit."""
        return self.next_cents if self.raised_at and self.raised_at <= now else self.cents

    def wish(self, cents: int | None, *, at: datetime) -> None:
        """Fall to ``cents`` at once, or rise to it a day later. The caller saves the row.

        Asking again for a rise that is under way does not put it off.
        """
        now_cents = self.at(at)
        if cents == now_cents or _is_lower(cents, now_cents):
            self.cents, self.next_cents, self.raised_at = cents, None, None
        elif not (self.raised_at and self.raised_at > at and self.next_cents == cents):
            self.cents, self.next_cents, self.raised_at = now_cents, cents, at + RISES_AFTER


class SpendLimit(OwnLimit):
    """How much a client wants to spend at most within one span, counted back from any moment."""

    class Span(models.TextChoices):
        DAY = "day", "24 hours"
        WEEK = "week", "7 days"
        MONTH = "month", "30 days"

        @property
        def length(self) -> timedelta:
            return timedelta(days={"day": 1, "week": 7, "month": 30}[self.value])

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # The constraint's index finds the limits of a client.
    client = models.ForeignKey(User, models.CASCADE, related_name="spend_limits", db_index=False)
    span = models.CharField(max_length=5, choices=Span)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "span"], name="one_limit_for_each_span"),
            models.CheckConstraint(
                condition=Q(span__in=["day", "week", "month"]), name="a_span_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client_id}: {self.cents} in {self.span}"


class Exclusion(models.Model):
    """A person shut themselves out from spending. Nobody shortens it; ``until`` None: for good."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="exclusions", db_index=False)
    began_at = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("began_at")),
                name="an_exclusion_ends_later",
            )
        ]
        indexes = [models.Index(fields=["user", "-until"], name="exclusions_of_a_person")]

    def __str__(self) -> str:
        return f"{self.user_id} until {self.until or 'for good'}"


def _is_lower(cents: int | None, than: int | None) -> bool:
    return cents is not None and (than is None or cents < than)
