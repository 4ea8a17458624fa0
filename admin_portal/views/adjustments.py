"""Staff pages: money given or taken by hand, alone when small, by two when large."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from admin_portal.gate import for_admins
from admin_portal.money_forms import AdjustmentForm, AnswerForm
from backend.core import clock
from backend.core.errors import DomainError, NotFound
from backend.core.ids import uuid7
from backend.core.requests import signed_in
from backend.ledger import adjustments as books
from backend.ledger import signatures

PER_PAGE = 50
STATES = {
    "requested": "Waiting",
    "posted": "Posted",
    "refused": "Refused",
    "withdrawn": "Withdrawn",
    "": "All",
}
UNPROCESSABLE = 422


@for_admins
@require_GET
def adjustments(request: HttpRequest) -> HttpResponse:
    """GET /staff/adjustments/?state=&before=<id> : what was asked for, newest first."""
    state = request.GET.get("state", "requested")
    state = state if state in STATES else "requested"
    found = books.adjustments(state)
    with contextlib.suppress(ValueError):  # without one it is the first page
        found = found.filter(pk__lt=UUID(request.GET.get("before", "")))
    rows = list(found[: PER_PAGE + 1])
    older = ""
    if len(rows) > PER_PAGE:
        older = "?" + urlencode({"state": state, "before": str(rows[PER_PAGE - 1].pk)})
    page = {
        "adjustments": rows[:PER_PAGE],
        "state": state,
        "states": STATES.items(),
        "older": older,
        "left_cents": settings.STAFF_ALONE_DAY_CENTS
        - signatures.signed_alone_cents(admin_id=signed_in(request).pk, at=clock.now()),
        "alone_max_cents": settings.STAFF_ALONE_MAX_CENTS,
    }
    return render(request, "admin_portal/adjustments.html", page)


@for_admins
def new(request: HttpRequest) -> HttpResponse:
    """GET, POST /staff/adjustments/new/ : fill in, look at the lines, then ask for it.

    The first POST shows what would be written; the second, with ``adjustment_id``, asks.
    """
    if request.method != "POST":
        form = AdjustmentForm(
            initial={name: request.GET.get(name, "") for name in ("person", "reason")}
        )
        return _new_page(request, form)
    form = AdjustmentForm(request.POST)
    if not form.is_valid():
        return _new_page(request, form, status=UNPROCESSABLE)
    who = {"by": signed_in(request), "person_id": form.cleaned_data["person"].pk}
    wish: dict[str, Any] = {**who, "cents": form.cents(), "at": clock.now()}
    try:
        if "change" in request.POST:
            return _new_page(request, form)
        if "adjustment_id" not in request.POST:
            shown = books.preview(**wish)
            return _new_page(request, form, preview=shown, adjustment_id=uuid7())
        reason, id_ = form.cleaned_data["reason"], _id(request.POST["adjustment_id"])
        asked = books.request(adjustment_id=id_, reason=reason, **wish)
    except DomainError as refusal:
        form.add_error(None, refusal.detail)
        return _new_page(request, form, status=UNPROCESSABLE)
    if asked.state == "posted":
        messages.success(request, "Posted. It is among their lines of money.")
    else:
        messages.success(request, "Asked for. It waits for a second admin.")
    return redirect("admin_portal:adjustment", asked.pk)


@for_admins
@require_GET
def one(request: HttpRequest, adjustment_id: UUID) -> HttpResponse:
    """GET /staff/adjustments/{id}/ : one adjustment, and what may be done."""
    return _one_page(request, adjustment_id, AnswerForm())


@for_admins
@require_POST
def approve(request: HttpRequest, adjustment_id: UUID) -> HttpResponse:
    """POST /staff/adjustments/{id}/approve/ : sign second; the money moves."""
    return _decide(request, adjustment_id, books.approve, "Approved and posted.")


@for_admins
@require_POST
def refuse(request: HttpRequest, adjustment_id: UUID) -> HttpResponse:
    """POST /staff/adjustments/{id}/refuse/ : say no; nothing moves."""
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _one_page(request, adjustment_id, form, status=UNPROCESSABLE)
    answer = form.cleaned_data["answer"]
    return _decide(request, adjustment_id, books.refuse, "Refused.", answer=answer)


@for_admins
@require_POST
def withdraw(request: HttpRequest, adjustment_id: UUID) -> HttpResponse:
    """POST /staff/adjustments/{id}/withdraw/ : take one's own request back."""
    return _decide(request, adjustment_id, books.withdraw, "Taken back.")


def _decide(
    request: HttpRequest, adjustment_id: UUID, act: Callable[..., object], said: str, **more: str
) -> HttpResponse:
    try:
        act(adjustment_id=adjustment_id, by=signed_in(request), at=clock.now(), **more)
        messages.success(request, said)
    except NotFound:
        raise
    except DomainError as refusal:
        messages.warning(request, refusal.detail)
    return redirect("admin_portal:adjustment", adjustment_id)


def _one_page(
    request: HttpRequest, adjustment_id: UUID, form: AnswerForm, *, status: int = 200
) -> HttpResponse:
    asked, me = books.adjustment(adjustment_id), signed_in(request)
    preview, refused = None, ""
    if asked.state == "requested":
        try:
            preview = books.preview(
                by=asked.requested_by,
                person_id=asked.person_id,
                cents=asked.cents,
                at=clock.now(),
            )
        except DomainError as refusal:
            refused = refusal.detail
    page = {
        "adjustment": asked,
        "preview": preview,
        "refused": refused,
        "is_mine": asked.requested_by_id == me.pk,
        "form": form,
    }
    return render(request, "admin_portal/adjustment.html", page, status=status)


def _new_page(
    request: HttpRequest, form: AdjustmentForm, *, status: int = 200, **shown: Any
) -> HttpResponse:
    return render(
        request, "admin_portal/new_adjustment.html", {"form": form, **shown}, status=status
    )


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound("There is no such request.") from error
