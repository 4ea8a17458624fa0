"""Staff's view of money coming in: to read, and to close an issue."""

from __future__ import annotations

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from backend.accounts.services import audit_log
from backend.core import clock
from backend.core.admin import ReadOnly
from backend.core.requests import signed_in
from payouts.models import ReconIssue, TopUp
from payouts.wallet import admin as of_the_wallet  # noqa: F401  (registering is its effect)


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
        """Close issues, one line of the audit log for each."""
        with transaction.atomic():
            for issue in chosen.filter(resolved_at=None).select_for_update():
                at = clock.now()
                ReconIssue.objects.filter(pk=issue.pk).update(resolved_at=at)
                audit_log.record(
                    actor=signed_in(request),
                    act="issue.resolve",
                    about=f"issue:{issue.pk}",
                    at=at,
                    facts={"kind": issue.kind, "external_id": issue.external_id},
                )
