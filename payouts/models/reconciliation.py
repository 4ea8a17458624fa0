"""Rows of agreeing with Stripe."""

from __future__ import annotations

from django.db import models

from backend.core.ids import uuid7


class ReconIssue(models.Model):
    """Something that Stripe and we do not agree about. People resolve it; nothing is invented."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=32)
    external_id = models.CharField(max_length=255)
    text = models.CharField(max_length=300)
    found_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "external_id"], name="an_issue_is_raised_once")
        ]


class Watermark(models.Model):
    """Up to when something outside has been read."""

    name = models.CharField(max_length=32, primary_key=True)
    at = models.DateTimeField()
