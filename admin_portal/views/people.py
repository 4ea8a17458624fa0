"""Staff pages: people and new readers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from admin_portal import acts, persons
from admin_portal.cursors import page_of
from admin_portal.forms import FreezeForm, NewReaderForm, PeopleFilter, RatesForm
from admin_portal.gate import for_admins
from admin_portal.words import address_of
from backend.accounts import selectors
from backend.accounts.services import accounts
from backend.core import clock
from backend.core.requests import signed_in
from readers.kinds import Kind

UNPROCESSABLE = 422


@for_admins
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """GET /staff/people/?q=&role=&before=<id> : everybody, newest first."""
    form = PeopleFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {"q": "", "role": ""}
    found = selectors.people(words=wanted["q"], role=wanted["role"])
    page = page_of(request, found)
    context = {"form": form, "people": page.rows, "older": page.older}
    return render(request, "admin_portal/people.html", context)


@for_admins
@require_GET
def person(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """GET /staff/people/{id}/ : one person, and what may be done."""
    return _person_page(request, user_id, FreezeForm())


@for_admins
@require_POST
def freeze(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """POST /staff/people/{id}/freeze/ : sign them out and keep them out."""
    form = FreezeForm(request.POST)
    if not form.is_valid():
        return _person_page(request, user_id, form, status=UNPROCESSABLE)
    try:
        reason = form.cleaned_data["reason"]
        acts.freeze(by=signed_in(request), user_id=user_id, reason=reason, at=clock.now())
    except acts.OwnAccount as refusal:
        form.add_error("reason", refusal.title)
        return _person_page(request, user_id, form, status=UNPROCESSABLE)
    messages.success(request, "Frozen. They are signed out, and what they had running has ended.")
    return redirect("admin_portal:person", user_id=user_id)


@for_admins
@require_POST
def thaw(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """POST /staff/people/{id}/thaw/ : let them in again."""
    acts.thaw(
        by=signed_in(request),
        user_id=user_id,
        reason=request.POST.get("reason", ""),
        at=clock.now(),
    )
    messages.success(request, "They can sign in again.")
    return redirect("admin_portal:person", user_id=user_id)


@for_admins
@require_POST
def invite_again(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """POST /staff/people/{id}/invite/ : mail the invitation once more."""
    try:
        acts.invite_again(by=signed_in(request), user_id=user_id, at=clock.now())
        messages.success(request, "The invitation is on its way.")
    except accounts.InvitationAccepted as refusal:
        messages.warning(request, refusal.title)
    return redirect("admin_portal:person", user_id=user_id)


@for_admins
def new_reader(request: HttpRequest) -> HttpResponse:
    """GET, POST /staff/readers/new/ : make a reader and mail them an invitation."""
    typed: Any = request.POST if request.method == "POST" else None
    form = NewReaderForm(typed)
    if typed is not None and form.is_valid():
        try:
            reader = accounts.create_reader(
                invited_by=signed_in(request), at=clock.now(), **form.cleaned_data
            )
        except accounts.EmailTaken as refusal:
            form.add_error("email", refusal.title)
        else:
            messages.success(request, f"{reader.display_name} is invited.")
            return redirect("admin_portal:person", user_id=reader.pk)
    status = UNPROCESSABLE if typed is not None else 200
    return render(request, "admin_portal/new_reader.html", {"form": form}, status=status)


def _person_page(
    request: HttpRequest, user_id: UUID, form: FreezeForm, *, status: int = 200
) -> HttpResponse:
    whole = persons.gather(user_id)
    page = {
        "person": whole.user,
        "whole": whole,
        "form": form,
        "rates_form": RatesForm(initial=_rates_of(whole)),
        "ledger_url": address_of("admin_portal:ledger_person", user_id),
    }
    return render(request, "admin_portal/person.html", page, status=status)


def _rates_of(whole: persons.Person) -> dict[str, int | None]:
    if whole.vetting is None:
        return {}
    return {kind: whole.vetting.profile.rate_of(kind) for kind in Kind.values}
