"""What happened in readings beside their meter: kept as evidence, never changed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from backend.core.ids import uuid7
from live.chronicle import Happened
from live.models.readings import PEERS, ReadingSession


class SessionEvent(models.Model):
    """One thing that a page did, or that stopped or moved the clock. Rows are only added: the
    database refuses to change or delete one.

    ``side``: whose doing it was, empty for nobody's. ``facts`` are plain words and numbers,
    never what somebody said.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(
        ReadingSession, models.PROTECT, related_name="happenings", db_index=False
    )
    at = models.DateTimeField()
    side = models.CharField(max_length=8, choices=PEERS, blank=True, default="")
    kind = models.CharField(max_length=16, choices=Happened)
    facts = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=Happened.values), name="what_happened_is_known"
            ),
        ]
        indexes = [models.Index(fields=["session", "at"], name="happenings_of_session")]

    def __str__(self) -> str:
        return f"{self.session_id} {self.kind} {self.at:%H:%M:%S}"
