"""The staff's view of the inbox: read, and try a dead letter again."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from backend.accounts.services import audit_log
from backend.core import clock
from backend.core.admin import ReadOnly
from backend.core.errors import Conflict
from backend.core.requests import signed_in
from backend.inbox import services
from backend.inbox.models import ExternalEvent


@admin.register(ExternalEvent)
class ExternalEventAdmin(ReadOnly):
    """Events as they came; nothing can be written by hand."""

    list_display = ["type", "source", "object_id", "state", "attempts", "received_at", "note"]
    list_filter = ["state", "source", "type"]
    search_fields = ["external_id", "object_id"]
    ordering = ["-received_at"]
    actions = ["try_again"]

    @admin.action(description="Try dead letters again")
    def try_again(self, request: HttpRequest, chosen: QuerySet[ExternalEvent]) -> None:
        for event in chosen:
            try:
                with transaction.atomic():
                    services.revive(event.pk, at=clock.now())
                    audit_log.record(
                        actor=signed_in(request),
                        act="webhook.revive",
                        about=f"event:{event.pk}",
                        at=clock.now(),
                    )
            except Conflict as refused:
                self.message_user(request, f"{event}: {refused.detail}", messages.WARNING)
