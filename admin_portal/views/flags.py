"""Staff pages: earnings that wait because client and reader may be one person."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from admin_portal.forms import DecisionForm
from admin_portal.gate import for_admins
from backend.core import clock
from backend.core.errors import IllegalMove
from backend.core.requests import signed_in
from backend.ledger import flags
from backend.ledger import selectors as ledger

PER_PAGE = 50
FLAG_STATES = {"open": "To decide", "cleared": "Cleared", "confirmed": "Confirmed"}
UNPROCESSABLE = 422


@for_admins
@require_GET
def flags_page(request: HttpRequest) -> HttpResponse:
    """GET /staff/flags/?state=&before=<id> : readings whose two people may be one."""
    return _flags_page(request)


@for_admins
@require_POST
def clear_flag(request: HttpRequest, flag_id: UUID) -> HttpResponse:
    """POST /staff/flags/{id}/clear/ : two people after all; held earnings mature."""
    said = "Cleared. What was held matures as usual."
    return _decide(request, flag_id, flags.clear, said)


@for_admins
@require_POST
def confirm_flag(request: HttpRequest, flag_id: UUID) -> HttpResponse:
    """POST /staff/flags/{id}/confirm/ : one person; the earnings stay where they are."""
    said = "Confirmed. The earnings stay pending; freeze the accounts if you need to."
    return _decide(request, flag_id, flags.confirm, said)


def _decide(
    request: HttpRequest, flag_id: UUID, act: Callable[..., None], said: str
) -> HttpResponse:
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _flags_page(request, refused=flag_id)
    reason = form.cleaned_data["reason"]
    try:
        act(flag_id, by=signed_in(request), reason=reason, at=clock.now())
        messages.success(request, said)
    except IllegalMove as refusal:
        messages.warning(request, refusal.detail)
    return redirect("admin_portal:flags")


def _flags_page(request: HttpRequest, *, refused: UUID | None = None) -> HttpResponse:
    state = request.GET.get("state", "open")
    state = state if state in FLAG_STATES else "open"
    found = ledger.flags(state)
    with contextlib.suppress(ValueError):  # without one it is the first page
        found = found.filter(pk__lt=UUID(request.GET.get("before", "")))
    rows = list(found[: PER_PAGE + 1])
    older = ""
    if len(rows) > PER_PAGE:
        here = reverse("admin_portal:flags")
        older = f"{here}?" + urlencode({"state": state, "before": str(rows[PER_PAGE - 1].pk)})
    page = {
        "flags": rows[:PER_PAGE],
        "older": older,
        "state": state,
        "states": FLAG_STATES.items(),
        "refused": refused,
        "reason_chars_max": flags.REASON_CHARS_MAX,
    }
    status = UNPROCESSABLE if refused else 200
    return render(request, "admin_portal/flags.html", page, status=status)
