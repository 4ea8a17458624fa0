"""Staff pages: the ledger, to look into. Nothing here can change it."""

from __future__ import annotations

import contextlib
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from admin_portal.gate import for_admins
from admin_portal.money_forms import MovementsFilter
from backend.accounts import selectors as people
from backend.ledger import explorer

PER_PAGE = 50


@for_admins
@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """GET /staff/ledger/?kind=&person=&least=&…&before=<id> : movements, newest first."""
    form = MovementsFilter(request.GET)
    found = explorer.movements(form.wanted(), limit=PER_PAGE, before=_uuid(request, "before"))
    page = {
        "form": form,
        "is_narrowed": any(value for name, value in request.GET.items() if name != "before"),
        "page": found,
        "older": _older(request, found.next_before),
    }
    return render(request, "admin_portal/ledger.html", page)


@for_admins
@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """GET /staff/ledger/find/?q= : from any id, key or name of Stripe's to its place."""
    named = request.GET.get("q", "").strip()
    spot = explorer.find(named)
    if spot is None:
        if named:
            messages.warning(request, f"Nothing in the ledger goes by “{named[:80]}”.")
        return redirect("admin_portal:ledger")
    pages = {"movement": "ledger_movement", "pot": "ledger_pot", "person": "ledger_person"}
    if spot.place in pages:
        return redirect(f"admin_portal:{pages[spot.place]}", spot.name)
    return redirect(f"{reverse('admin_portal:ledger')}?{urlencode({spot.place: spot.name})}")


@for_admins
@require_GET
def movement(request: HttpRequest, movement_id: UUID) -> HttpResponse:
    """GET /staff/ledger/movements/{id}/ : one movement, its transfers and what belongs to it."""
    page = {"movement": explorer.movement(movement_id)}
    return render(request, "admin_portal/ledger_movement.html", page)


@for_admins
@require_GET
def pots(request: HttpRequest) -> HttpResponse:
    """GET /staff/ledger/pots/ : the platform's pots, and the sum of all money."""
    return render(request, "admin_portal/ledger_pots.html", {"standing": explorer.standing()})


@for_admins
@require_GET
def pot(request: HttpRequest, pot_id: int) -> HttpResponse:
    """GET /staff/ledger/pots/{number}/?before= : one pot, line by line."""
    opened = explorer.lines_of(pot_id, limit=PER_PAGE, before=request.GET.get("before", ""))
    page = {"opened": opened, "older": _older(request, opened.next_before)}
    return render(request, "admin_portal/ledger_pot.html", page)


@for_admins
@require_GET
def person(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """GET /staff/ledger/people/{id}/ : what one person has, and what moved lately."""
    wanted = explorer.Wanted(person_id=user_id)
    page: dict[str, Any] = {
        "person": people.person(user_id),
        "purses": explorer.pots_of(user_id),
        "page": explorer.movements(wanted, limit=PER_PAGE // 2),
    }
    return render(request, "admin_portal/ledger_person.html", page)


def _uuid(request: HttpRequest, name: str) -> UUID | None:
    with contextlib.suppress(ValueError):
        return UUID(request.GET.get(name, ""))
    return None


def _older(request: HttpRequest, before: object) -> str:
    """The same question, from where this page ends."""
    if not before:
        return ""
    kept = {name: value for name, value in request.GET.items() if value and name != "before"}
    return f"{request.path}?{urlencode({**kept, 'before': str(before)})}"
