"""Staff pages: readings of everybody, and one of them with the way to end it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from admin_portal import acts
from admin_portal.cursors import page_of
from admin_portal.forms import ReasonForm, SessionsForm
from admin_portal.gate import for_admins
from admin_portal.words import links_of_session
from backend.core import clock
from backend.core.requests import signed_in
from live import selectors as live
from live import staff_selectors as staff

UNPROCESSABLE = 422


@for_admins
@require_GET
def sessions(request: HttpRequest) -> HttpResponse:
    """GET /staff/sessions/?state=&kind=&who=&since=&until=&before=<id> : newest first."""
    form = SessionsForm(request.GET)
    asked = staff.SessionFilter(**form.cleaned_data) if form.is_valid() else staff.SessionFilter()
    page = page_of(request, staff.sessions(asked))
    context = {"form": form, "sessions": page.rows, "older": page.older}
    return render(request, "admin_portal/sessions.html", context)


@for_admins
@require_GET
def session(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """GET /staff/sessions/{id}/ : its people, its money, its stretches, and a way to end it."""
    return _page(request, session_id, ReasonForm())


@for_admins
@require_POST
def end(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """POST /staff/sessions/{id}/end/ (reason) : end it now; what was used stays charged."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, session_id, form, status=UNPROCESSABLE)
    ended = acts.end_session(
        by=signed_in(request),
        session_id=session_id,
        reason=form.cleaned_data["reason"],
        at=clock.now(),
    )
    if ended:
        messages.success(request, "Ended. Both were told, and the rest of the hold went back.")
    else:
        messages.warning(request, "It was over already. Nothing was changed.")
    return redirect("admin_portal:session", session_id=session_id)


def _page(
    request: HttpRequest, session_id: UUID, form: ReasonForm, *, status: int = 200
) -> HttpResponse:
    found = staff.session(session_id)
    context = {
        "session": found,
        "receipt": live.receipt(found),
        "links": links_of_session(session_id),
        "form": form,
    }
    return render(request, "admin_portal/session.html", context, status=status)
