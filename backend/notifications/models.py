"""Notices to one person, and how they want to hear of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from backend.core.ids import uuid7

TITLE_CHARS_MAX = 120
BODY_CHARS_MAX = 500
URL_CHARS_MAX = 300


class Notification(models.Model):
    """Something that happened, told to one person.

    ``url`` is a path of this site. ``mail_due_at`` is null when no mail is wanted (any more);
    a sweep sends what is due and not yet ``mailed_at``.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=32)
    title = models.CharField(max_length=TITLE_CHARS_MAX)
    body = models.CharField(max_length=BODY_CHARS_MAX, blank=True)
    url = models.CharField(max_length=URL_CHARS_MAX, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mail_due_at = models.DateTimeField(null=True, blank=True)
    mail_tries = models.PositiveSmallIntegerField(default=0)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "-id"], name="notices_of_a_person"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="unread_notices"),
            models.Index(
                fields=["mail_due_at"],
                condition=Q(mail_due_at__isnull=False, mailed_at=None),
                name="notices_to_mail",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(url="") | (Q(url__startswith="/") & ~Q(url__startswith="//")),
                name="a_notice_leads_within_this_site",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Preference(models.Model):
    """A person's wish about one kind, where it differs from the default."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=32)
    by_mail = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="one_wish_about_each_kind")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {'by mail' if self.by_mail else 'here only'}"
