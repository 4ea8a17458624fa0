"""What people ask about their own data: an archive of it, its erasure; and what they agreed to."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from backend.accounts.models.people import User
from backend.core.ids import uuid7


class Export(models.Model):
    """An archive of everything we keep of a person, asked by them, made by a job.

    ``path`` is where it lies in the private storage while it is ``ready``. A job that dies
    leaves ``making`` behind with an old ``claimed_at``, and another one takes over.
    """

    class State(models.TextChoices):
        ASKED = "asked", "Asked for"
        MAKING = "making", "Being made"
        READY = "ready", "Ready"
        FAILED = "failed", "Could not be made"
        GONE = "gone", "Deleted"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="exports", db_index=False)
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    path = models.CharField(max_length=120, blank=True)
    size_bytes = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(state__in=["asked", "making"]),
                name="one_export_of_a_person_is_made_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="ready")
                | (Q(expires_at__gt=F("ready_at")) & ~Q(path="") & Q(size_bytes__gt=0)),
                name="a_ready_export_lies_somewhere_for_a_while",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="exports_of_a_person"),
            models.Index(
                fields=["asked_at"],
                condition=Q(state__in=["asked", "making"]),
                name="exports_to_make",
            ),
        ]

    def __str__(self) -> str:
        return f"export of {self.user_id}, {self.state}"


class Erasure(models.Model):
    """A person wants to be forgotten. Until ``due_at`` they can take it back."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        TAKEN_BACK = "taken_back", "Taken back"
        DONE = "done", "Done"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="erasures")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    held_up_by = models.CharField(max_length=64, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(state="waiting"),
                name="a_person_waits_for_one_erasure",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", settled_at=None)
                | (~Q(state="waiting") & Q(settled_at__isnull=False)),
                name="an_erasure_is_settled_unless_it_waits",
            ),
            models.CheckConstraint(
                condition=Q(due_at__gt=F("asked_at")), name="an_erasure_can_be_taken_back"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="erasures_due")
        ]

    def __str__(self) -> str:
        return f"erasure of {self.user_id}, {self.state}"


class Consent(models.Model):
    """A person agreed to something, in the wording of ``version``, and perhaps took it back."""

    class Kind(models.TextChoices):
        TERMS = "terms", "Terms"
        PRIVACY = "privacy", "Privacy notice"
        ADULT = "adult", "Being 18 or older"
        TRANSCRIPT = "transcript", "Transcripts of readings"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="consents", db_index=False)
    kind = models.CharField(max_length=12, choices=Kind)
    version = models.CharField(max_length=16)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "version"],
                condition=Q(withdrawn_at=None),
                name="a_consent_stands_once",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("given_at")),
                name="a_consent_is_withdrawn_later",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["terms", "privacy", "adult", "transcript"]),
                name="a_consent_is_to_something_known",
            ),
        ]
        indexes = [models.Index(fields=["user", "-id"], name="consents_of_a_person")]

    def __str__(self) -> str:
        return f"{self.user_id} to {self.kind} {self.version}"
