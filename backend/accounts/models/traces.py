"""What a person was seen with, for the checks against fraud."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from backend.accounts.models.people import User
from backend.core.ids import uuid7


class Trace(models.Model):
    """A device, address or card that a person was seen with.

    Only a keyed hash is kept (``services.traces``), good for one question: have these two
    people something in common? Forgotten ``TRACE_DAYS`` after it was last seen.
    """

    class Kind(models.TextChoices):
        DEVICE = "device", "Device"
        ADDRESS = "address", "Network address"
        CARD = "card", "Card"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="traces", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind)
    digest = models.BinaryField(max_length=32)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "digest"], name="a_trace_of_a_person_is_kept_once"
            ),
            models.CheckConstraint(
                condition=Q(last_seen_at__gte=F("first_seen_at")), name="a_trace_ends_later"
            ),
        ]
        indexes = [models.Index(fields=["last_seen_at"], name="traces_to_forget")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.user_id}"
