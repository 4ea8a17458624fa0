"""Staff's view of money coming in: to read, and to close an issue."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from backend.core import clock
from backend.core.admin import ReadOnly
from payouts.models import ReconIssue, TopUp


@admin.register(TopUp)
class TopUpAdmin(ReadOnly):
    """Top-ups as they are."""

    list_display = ["id", "client", "amount_cents", "status", "payment_intent_id", "created_at"]
    list_filter = ["status"]
    search_fields = ["id", "checkout_session_id", "payment_intent_id", "client__email"]
    ordering = ["-created_at"]


@admin.register(ReconIssue)
class ReconIssueAdmin(ReadOnly):
    """What does not fit; a person marks it resolved."""

    list_display = ["kind", "external_id", "text", "found_at", "resolved_at"]
    list_filter = ["kind", ("resolved_at", admin.EmptyFieldListFilter)]
    ordering = ["-found_at"]
    actions = ["resolve"]

    @admin.action(description="Mark resolved")
    def resolve(self, request: HttpRequest, chosen: QuerySet[ReconIssue]) -> None:
        chosen.filter(resolved_at=None).update(resolved_at=clock.now())
