"""Staff pages: what has to be seen of a reader before their page is shown, and what they charge."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from admin_portal import acts
from admin_portal.forms import RatesForm
from admin_portal.gate import for_admins
from backend.core import clock
from backend.core.errors import DomainError
from backend.core.requests import signed_in
from readers.services import vetting


@for_admins
@require_POST
def confirm(request: HttpRequest, user_id: UUID, kind: str) -> HttpResponse:
    """POST /staff/people/{id}/vetting/{point}/ (reason) : confirm one point of the list."""
    return _act(
        request,
        user_id,
        lambda: vetting.confirm(
            reader_id=user_id,
            kind=kind,
            note=_reason(request),
            by=signed_in(request),
            at=clock.now(),
        ),
        "Confirmed.",
    )


@for_admins
@require_POST
def take_back(request: HttpRequest, user_id: UUID, kind: str) -> HttpResponse:
    """POST /staff/people/{id}/vetting/{point}/take-back/ (reason) : and hide the page."""
    return _act(
        request,
        user_id,
        lambda: vetting.take_back(
            reader_id=user_id,
            kind=kind,
            reason=_reason(request),
            by=signed_in(request),
            at=clock.now(),
        ),
        "Taken back. Their page is not shown until it is confirmed again.",
    )


@for_admins
@require_POST
def publish(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """POST /staff/people/{id}/publish/ : show the reader's page."""
    return _act(
        request,
        user_id,
        lambda: vetting.publish(reader_id=user_id, by=signed_in(request), at=clock.now()),
        "Their page is shown.",
    )


@for_admins
@require_POST
def hide(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """POST /staff/people/{id}/hide/ (reason) : suspend a reader; what runs goes on."""
    return _act(
        request,
        user_id,
        lambda: vetting.hide(
            reader_id=user_id, reason=_reason(request), by=signed_in(request), at=clock.now()
        ),
        "Suspended. Nobody can ring them until their page is shown again.",
    )


@for_admins
@require_POST
def set_rates(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """POST /staff/people/{id}/rates/ (chat, voice, video, reason) : not below the floor."""
    form = RatesForm(request.POST)
    if not form.is_valid():
        wrong = next(iter(form.errors.values()))[0]
        messages.error(request, str(wrong))
        return redirect("admin_portal:person", user_id=user_id)
    return _act(
        request,
        user_id,
        lambda: acts.set_rates(
            by=signed_in(request),
            reader_id=user_id,
            rates=form.rates,
            reason=form.cleaned_data["reason"],
            at=clock.now(),
        ),
        "The rates count from the next reading on.",
    )


def _act(request: HttpRequest, user_id: UUID, act: Callable[[], object], said: str) -> HttpResponse:
    """Do it, and say on the person's page what came of it."""
    try:
        act()
        messages.success(request, said)
    except DomainError as refusal:
        if refusal.status == 404:
            raise
        messages.error(request, refusal.detail)
    return redirect("admin_portal:person", user_id=user_id)


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "")
