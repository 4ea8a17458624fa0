"""Staff pages: what other systems told us, and what became of it."""

from __future__ import annotations

import contextlib
import json
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from admin_portal.gate import for_admins
from backend.core import clock
from backend.core.errors import Conflict, InvalidInput
from backend.core.requests import signed_in
from backend.inbox import masking, registry, replays, selectors

PER_PAGE = 50
SOURCE = "stripe"
STATES = {
    "": "All",
    "dead": "Dead letters",
    "waiting": "Waiting",
    "ignored": "Ignored",
    "done": "Done",
}


class EventsFilter(forms.Form):
    """Which events to list."""

    type = forms.CharField(label="Type", required=False, max_length=120)
    object_id = forms.CharField(label="Id of the object", required=False, max_length=255)
    day = forms.DateField(
        label="Day (UTC)", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def wanted(self, state: str) -> selectors.Wanted:
        """What was asked for; a form that is not valid wants everything."""
        if not self.is_valid():
            return selectors.Wanted(state=state)
        return selectors.Wanted(state=state, **self.cleaned_data)


@for_admins
@require_GET
def webhooks(request: HttpRequest) -> HttpResponse:
    """GET /staff/webhooks/?state=&type=&object_id=&day=&before=<id> : events, newest first."""
    form, state = EventsFilter(request.GET), request.GET.get("state", "")
    state = state if state in STATES else ""
    found = selectors.events(form.wanted(state))
    with contextlib.suppress(ValueError):  # without one it is the first page
        found = found.filter(pk__lt=UUID(request.GET.get("before", "")))
    rows = list(found[: PER_PAGE + 1])
    asked = {name: value for name, value in request.GET.items() if value and name != "before"}
    older = ""
    if len(rows) > PER_PAGE:
        older = "?" + urlencode({**asked, "before": str(rows[PER_PAGE - 1].pk)})
    page = {
        "form": form,
        "events": rows[:PER_PAGE],
        "older": older,
        "state": state,
        "states": STATES.items(),
        "is_narrowed": bool(asked.keys() - {"state"}),
        "types": registry.types_of(SOURCE),
        "waiting": selectors.waiting_count(),
        "dead": selectors.dead_count(),
        "in_bulk": state in replays.IN_BULK and bool(rows),
        "at_once_max": replays.AT_ONCE_MAX,
    }
    return render(request, "admin_portal/webhooks.html", page)


@for_admins
@require_GET
def event(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """GET /staff/webhooks/{id}/ : one event, its payload masked."""
    found = selectors.event(event_id)
    payload = json.dumps(masking.masked(found.payload), indent=2, ensure_ascii=False)
    page = {"event": found, "payload": payload}
    return render(request, "admin_portal/webhook.html", page)


@for_admins
@require_POST
def replay(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """POST /staff/webhooks/{id}/replay/ : work it once more."""
    try:
        replays.replay(event_id=event_id, by=signed_in(request), at=clock.now())
        messages.success(request, "It is tried again now.")
    except Conflict as refusal:
        messages.warning(request, refusal.detail)
    return redirect("admin_portal:webhook", event_id)


@for_admins
@require_POST
def replay_many(request: HttpRequest) -> HttpResponse:
    """POST /staff/webhooks/replay/ : work the oldest dead letters or ignored ones once more."""
    state, type_ = request.POST.get("state", ""), request.POST.get("type", "")[:120]
    try:
        count = replays.replay_many(state=state, type=type_, by=signed_in(request), at=clock.now())
        messages.success(request, f"{count} are tried again now.")
    except InvalidInput as refusal:
        messages.warning(request, refusal.detail)
    return redirect(f"{reverse('admin_portal:webhooks')}?{urlencode({'state': 'waiting'})}")
