"""Staff pages: runs of payouts. Look ahead, see what changed, confirm, watch every row."""

from __future__ import annotations

import contextlib
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from admin_portal import payout_acts, words
from admin_portal.gate import for_admins
from backend.accounts import selectors as people
from backend.accounts.models import Role, User
from backend.core import clock
from backend.core.errors import DomainError, NotFound
from backend.core.requests import signed_in
from backend.ledger import selectors as ledger
from payouts.earnings import run_selectors
from payouts.earnings.services import holds, runs
from payouts.models import PayoutRun, PayoutTerms
from payouts.payout_states import RETRIABLE, PayoutState

PER_PAGE = 50
UNPROCESSABLE = 422
STATES = [("", "All"), *PayoutState.choices]


class SeenForm(forms.Form):
    """What the page showed before it was confirmed."""

    count = forms.IntegerField(min_value=0)
    cents = forms.IntegerField(min_value=0)


class HoldForm(forms.Form):
    """Why a reader is not paid for a while; ``hours`` empty: until somebody lifts it."""

    hours = forms.IntegerField(
        label="Hours",
        required=False,
        min_value=1,
        max_value=payout_acts.HOURS_MAX,
        help_text="Empty: until somebody of staff lifts it.",
    )
    reason = forms.CharField(
        label="Reason", max_length=120, help_text="The reader reads it after “because”."
    )


class LiftForm(forms.Form):
    """What was found when it was looked into."""

    reason = forms.CharField(label="What you found", max_length=300)


@for_admins
@require_GET
def payout_runs(request: HttpRequest) -> HttpResponse:
    """GET /staff/payouts/?before=<id>&q= : every run, newest first; readers by name."""
    found = run_selectors.runs()
    with contextlib.suppress(ValueError):  # without one it is the first page
        found = found.filter(pk__lt=UUID(request.GET.get("before", "")))
    rows = list(found[: PER_PAGE + 1])
    older = f"?before={rows[PER_PAGE - 1].pk}" if len(rows) > PER_PAGE else ""
    named = request.GET.get("q", "").strip()[:100]
    readers = people.people(words=named, role=Role.READER)[:20] if named else []
    page = {"runs": rows[:PER_PAGE], "older": older, "q": named, "readers": readers}
    return render(request, "admin_portal/payout_runs.html", page)


@for_admins
@require_GET
def plan(request: HttpRequest) -> HttpResponse:
    """GET /staff/payouts/plan/ : what a run would do now. Moves nothing."""
    return _plan_page(request, runs.preview(at=clock.now()))


@for_admins
@require_POST
@reauthentication_required
def order(request: HttpRequest) -> HttpResponse:
    """POST /staff/payouts/order/ : begin the run that was looked at; wants a fresh sign-in."""
    form = SeenForm(request.POST)
    if not form.is_valid():
        return redirect("admin_portal:payout_plan")
    seen = payout_acts.Seen(**form.cleaned_data)
    try:
        run = payout_acts.order(by=signed_in(request), seen=seen, at=clock.now())
    except payout_acts.PlanChanged as changed:
        return _plan_page(request, changed.plan, changed=changed)
    messages.success(request, "The run has begun. This page tells how far it is.")
    return redirect("admin_portal:payout_run", run.pk)


@for_admins
@require_GET
def run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """GET /staff/payouts/{id}/?state=&after=<id> : one run, a row for each reader."""
    found, state = run_selectors.run(run_id), request.GET.get("state", "")
    state = state if state in PayoutState.values else ""
    wanted = run_selectors.payouts_of(run_id, state=state)
    with contextlib.suppress(ValueError):  # without one it is the first page
        wanted = wanted.filter(pk__gt=UUID(request.GET.get("after", "")))
    rows = list(wanted[: PER_PAGE + 1])
    more = ""
    if len(rows) > PER_PAGE:
        more = "?" + urlencode({"state": state, "after": str(rows[PER_PAGE - 1].pk)})
    page = {
        "run": found,
        "payouts": rows[:PER_PAGE],
        "more": more,
        "state": state,
        "counts": [(value, label, _count(found, value)) for value, label in STATES],
        "retriable": RETRIABLE,
        "is_running": found.ended_at is None,
    }
    return render(request, "admin_portal/payout_run.html", page)


@for_admins
@require_POST
def retry(request: HttpRequest, payout_id: UUID) -> HttpResponse:
    """POST /staff/payouts/retry/{id}/ : queue a payout again that waited or was refused."""
    try:
        payout = runs.retry(payout_id=payout_id, by=signed_in(request), at=clock.now())
    except NotFound:
        raise
    except DomainError as refusal:
        messages.warning(request, refusal.detail)
        return redirect("admin_portal:payout_runs")
    messages.success(request, "Queued again. Its run goes on.")
    return redirect("admin_portal:payout_run", payout.run_id)


@for_admins
@require_GET
def reader(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """GET /staff/payouts/readers/{id}/ : one reader's payouts, and what holds them up."""
    return _reader_page(request, user_id, HoldForm(), LiftForm())


@for_admins
@require_POST
def hold(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """POST /staff/payouts/readers/{id}/hold/ : for some hours, or until somebody lifts it."""
    who, form = _reader(user_id), HoldForm(request.POST)
    if not form.is_valid():
        return _reader_page(request, user_id, form, LiftForm(), status=UNPROCESSABLE)
    hours, reason = form.cleaned_data["hours"], form.cleaned_data["reason"]
    act: dict[str, Any] = {"by": signed_in(request), "reason": reason, "at": clock.now()}
    if hours:
        payout_acts.hold(reader_id=who.pk, hours=hours, **act)
    else:
        payout_acts.stop(reader_id=who.pk, **act)
    messages.success(request, "They are paid nothing until then. Nothing they earned is lost.")
    return redirect("admin_portal:payout_reader", user_id)


@for_admins
@require_POST
def lift(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """POST /staff/payouts/readers/{id}/lift/ : what stopped them was looked into."""
    form = LiftForm(request.POST)
    if not form.is_valid():
        return _reader_page(request, user_id, HoldForm(), form, status=UNPROCESSABLE)
    try:
        reason = form.cleaned_data["reason"]
        holds.lift(reader_id=user_id, by=signed_in(request), reason=reason, at=clock.now())
        messages.success(request, "Their payouts go on with the next run.")
    except DomainError as refusal:
        messages.warning(request, refusal.detail)
    return redirect("admin_portal:payout_reader", user_id)


def _plan_page(request: HttpRequest, found: Any, **more: Any) -> HttpResponse:
    page = {
        "plan": found,
        "waiting": [
            (words.why_unpaid(code), count) for code, count in sorted(found.waiting.items())
        ],
        "rows": [
            (one, words.why_unpaid(one.obstacle.code) if one.obstacle else "") for one in found.rows
        ],
        "order_url": reverse("admin_portal:payout_order"),
        **more,
    }
    return render(request, "admin_portal/payout_plan.html", page)


def _reader_page(
    request: HttpRequest, user_id: UUID, hold_form: HoldForm, lift_form: LiftForm, status: int = 200
) -> HttpResponse:
    who = _reader(user_id)
    page = {
        "person": who,
        "earnings": ledger.earnings_of(who.pk),
        "terms": PayoutTerms.objects.filter(pk=who.pk).first(),
        "payouts": run_selectors.payouts_to(who.pk)[:PER_PAGE],
        "retriable": RETRIABLE,
        "now": clock.now(),
        "hold_form": hold_form,
        "lift_form": lift_form,
    }
    return render(request, "admin_portal/payout_reader.html", page, status=status)


def _reader(user_id: UUID) -> User:
    found = people.person(user_id)
    if not found.is_reader:
        raise NotFound("Only readers are paid out.")
    return found


def _count(run: PayoutRun, state: str) -> int:
    if state:
        return int(getattr(run, f"{state}_count"))
    return sum(int(getattr(run, f"{value}_count")) for value in PayoutState.values)
