"""The rows of the inbox: one for each event, however often it is delivered."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from backend.core.ids import uuid7


class ExternalEvent(models.Model):
    """Something that another system says happened. A hint: the handler re-fetches the truth.

    ``due_at`` is when a waiting event may be tried next. ``fetched`` is what the handler's
    ``fetch`` brought, for the length of one try; it is not stored.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DONE = "done", "Done"
        IGNORED = "ignored", "Ignored"
        DEAD = "dead", "Dead letter"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.CharField(max_length=32)
    external_id = models.CharField(max_length=255)
    type = models.CharField(max_length=120)
    object_id = models.CharField(max_length=255, blank=True)
    account = models.CharField(max_length=255, blank=True)
    livemode = models.BooleanField()
    payload = models.JSONField()
    received_at = models.DateTimeField()

    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)

    fetched: object = None

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="an_external_event_is_stored_once"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", settled_at=None)
                | (~Q(state="waiting") & Q(settled_at__isnull=False)),
                name="an_event_is_settled_unless_it_waits",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="events_to_work"),
            models.Index(fields=["received_at"], condition=Q(state="dead"), name="dead_letters"),
            # For staff who look: events are few beside what they cause.
            models.Index(fields=["state", "-id"], name="events_by_state"),
            models.Index(fields=["type", "-id"], name="events_by_type"),
            models.Index(fields=["object_id"], name="events_of_an_object"),
            models.Index(fields=["received_at"], name="events_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.type} {self.external_id}"
