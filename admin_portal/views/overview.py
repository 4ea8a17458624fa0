"""Where staff begin: the house at one glance."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from admin_portal import charts, today
from admin_portal.gate import for_admins
from backend.core import clock


@for_admins
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """GET /staff/ : what runs, what it earns, what waits, whether the books hold."""
    seen = today.look(at=clock.now())
    page = {
        "today": seen,
        "charts": [
            charts.stacked("What clients paid", seen.days, charts.VOLUME),
            charts.grouped("Money in and out", seen.days, charts.FLOW),
        ],
    }
    return render(request, "admin_portal/overview.html", page)
