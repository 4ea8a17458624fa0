"""Where staff begin."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from admin_portal.gate import for_admins


@for_admins
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """GET /staff/ : for now staff begin with people."""
    return redirect("admin_portal:people")
