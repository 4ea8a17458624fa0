"""Pages of notices: the list behind the bell, and the switches."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from backend.core import clock
from backend.core.errors import NotFound
from backend.core.requests import signed_in
from backend.notifications import selectors, services

PER_PAGE = 24


@login_required
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """GET /notifications/?before=<id> : my notices, newest first, page by page."""
    mine = selectors.notices_of(signed_in(request))
    before = _id(request.GET.get("before", ""))
    if before is not None:
        mine = mine.filter(pk__lt=before)
    rows = list(mine[: PER_PAGE + 1])
    older = f"?{urlencode({'before': str(rows[PER_PAGE - 1].pk)})}" if len(rows) > PER_PAGE else ""
    page = {"notices": rows[:PER_PAGE], "older": older, "first_page": before is None}
    return render(request, "notifications/notices.html", page)


@login_required
@require_GET
def follow(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """GET /notifications/{id}/ : mark one read and go where it leads."""
    user = signed_in(request)
    notice = selectors.notices_of(user).filter(pk=notice_id).first()
    if notice is None:
        raise NotFound
    services.mark_read(user=user, at=clock.now(), ids=[notice.pk])
    return redirect(notice.url or "notifications:notices")


@login_required
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """POST /notifications/read/ : mark all of mine read."""
    services.mark_read(user=signed_in(request), at=clock.now())
    return redirect("notifications:notices")


@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """GET, POST /notifications/preferences/ : which kinds come by mail too."""
    user = signed_in(request)
    if request.method == "POST":
        services.wish(user=user, by_mail=request.POST.getlist("by_mail"))
        messages.success(request, "Saved.")
        return redirect("notifications:preferences")
    return render(request, "notifications/preferences.html", {"wishes": selectors.wishes_of(user)})


def _id(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None
