"""Staff pages: whether everything that the house stands on is in order."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from admin_portal.diagnostics import running
from admin_portal.diagnostics_api import raise_on_purpose
from admin_portal.gate import for_admins
from backend.core import clock
from backend.core.requests import signed_in


@for_admins
@require_GET
def diagnostics(request: HttpRequest) -> HttpResponse:
    """GET /staff/diagnostics/ : every check, run now."""
    page = {"reports": running.run(running.CHECKS), "at": clock.now()}
    return render(request, "admin_portal/diagnostics.html", page)


@for_admins
@require_POST
def error_test(request: HttpRequest) -> HttpResponse:
    """POST /staff/diagnostics/error-test/ : see that errors arrive where people look."""
    told = raise_on_purpose(signed_in(request).pk)
    places = " and ".join(told["reported_to"])
    messages.success(
        request, f"An error was raised: look for {told['request_id']} in the {places}."
    )
    return redirect("admin_portal:diagnostics")
