"""Rows of the ground: answers kept under a client's idempotency key."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from backend.core.ids import uuid7


class IdempotencyRecord(models.Model):
    """The answer once given to (user, route, key), kept beside its effect for 48 hours.

    ``status`` is null while the first request is still running.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    route = models.CharField(max_length=200)
    key = models.CharField(max_length=200)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "route", "key"], name="an_idempotency_key_is_used_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"
