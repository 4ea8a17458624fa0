"""Staff pages: the gifts on offer, what they sell, and the latest that were sent."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from admin_portal.gate import for_admins
from backend.core import clock
from backend.core.errors import Conflict
from backend.core.requests import signed_in
from live.streams import gift_sales, gift_selectors
from live.streams.services import gift_kinds


@for_admins
@require_GET
def gifts(request: HttpRequest) -> HttpResponse:
    """GET /staff/gifts/ : the catalogue with thirty days of sales, and the latest gifts."""
    at = clock.now()
    sold = gift_sales.sold(at=at)
    page = {
        "sold": [(row, gift_selectors.art_url(row.kind.art)) for row in sold],
        "days": gift_sales.by_day(at=at),
        "count": sum(row.count for row in sold),
        "cents": sum(row.cents for row in sold),
        "latest": gift_sales.latest(),
    }
    return render(request, "admin_portal/gifts.html", page)


@for_admins
@require_POST
def offer(request: HttpRequest, kind_id: UUID) -> HttpResponse:
    """POST /staff/gifts/{id}/offer/ : into the tray (``on=1``) or out of it."""
    is_offered = request.POST.get("on") == "1"
    try:
        kind = gift_kinds.offer(
            kind_id=kind_id, is_offered=is_offered, by=signed_in(request), at=clock.now()
        )
        where = "in the tray" if is_offered else "out of the tray"
        messages.success(request, f"{kind.name} is {where} now.")
    except Conflict as refusal:
        messages.warning(request, refusal.detail)
    return redirect("admin_portal:gifts")
