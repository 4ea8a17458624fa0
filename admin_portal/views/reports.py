"""Staff pages: what people report, in one queue."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from admin_portal import reviewing
from admin_portal.acts import OwnAccount
from admin_portal.gate import for_admins
from backend.accounts.services.reports import DECISION_CHARS_MAX
from backend.core import clock
from backend.core.errors import IllegalMove
from backend.core.requests import signed_in

PER_PAGE = 50
UNPROCESSABLE = 422
VIEWS = {"open": "To decide", "decided": "Decided"}


class VerdictForm(forms.Form):
    """What becomes of a report, and why."""

    verdict = forms.ChoiceField(choices=[(one, one) for one in sorted(reviewing.VERDICTS)])
    reason = forms.CharField(max_length=DECISION_CHARS_MAX)


@for_admins
@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    """GET /staff/reports/?view=&before= : what people tell us of each other."""
    return _page(request)


@for_admins
@require_POST
def decide(request: HttpRequest, kind: str, report_id: UUID) -> HttpResponse:
    """POST /staff/reports/{kind}/{id}/decide/ : dismiss, warn, or freeze."""
    form = VerdictForm(request.POST)
    if not form.is_valid():
        return _page(request, refused=report_id)
    wanted = form.cleaned_data
    try:
        reviewing.decide(
            kind=kind, report_id=report_id, by=signed_in(request), at=clock.now(), **wanted
        )
        messages.success(request, "Decided.")
    except (IllegalMove, OwnAccount) as refusal:
        messages.warning(request, refusal.detail)
    return redirect("admin_portal:reports")


def _page(request: HttpRequest, *, refused: UUID | None = None) -> HttpResponse:
    view = request.GET.get("view", "open")
    view = view if view in VIEWS else "open"
    lines = reviewing.queue(is_open=view == "open", before=_before(request), limit=PER_PAGE + 1)
    older = ""
    if len(lines) > PER_PAGE:
        older = "?" + urlencode({"view": view, "before": lines[PER_PAGE - 1].at.isoformat()})
    page = {
        "lines": lines[:PER_PAGE],
        "older": older,
        "view": view,
        "views": VIEWS.items(),
        "refused": refused,
    }
    status = UNPROCESSABLE if refused else 200
    return render(request, "admin_portal/reports.html", page, status=status)


def _before(request: HttpRequest) -> datetime | None:
    try:
        found = parse_datetime(request.GET.get("before", "").replace(" ", "+"))
    except ValueError:
        return None
    return found if found and found.tzinfo else None
