"""Staff pages: disputes of banks, warnings, and what we answer."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from admin_portal.banks import answers as texts
from admin_portal.banks import packs
from admin_portal.banks.forms import AnswerForm, RefundForm
from admin_portal.forms import DecisionForm
from admin_portal.gate import for_admins
from backend.core import clock
from backend.core.errors import DomainError
from backend.core.requests import signed_in
from backend.ledger import bookings
from backend.ledger import selectors as ledger
from payouts.chargeback_states import UNDECIDED_MONEY
from payouts.chargebacks import selectors
from payouts.chargebacks.services import answers, reviews, warnings

PER_PAGE = 50
FURTHEST = 100_000  # beyond it one searches
UNPROCESSABLE = 422
VIEWS = {"answer": "To answer", "bank": "With the bank", "decided": "Decided"}


@for_admins
@require_GET
def chargebacks(request: HttpRequest) -> HttpResponse:
    """GET /staff/bank-disputes/?view=&page= : what banks ask, by the day it is due."""
    view = request.GET.get("view", "answer")
    view = view if view in VIEWS else "answer"
    first = 0
    with contextlib.suppress(ValueError):  # without a number it is the first page
        first = min(max(0, int(request.GET.get("from", "0"))), FURTHEST)
    cases = list(selectors.chargebacks(view)[first : first + PER_PAGE + 1])
    counts = selectors.counts()
    page = {
        "cases": cases[:PER_PAGE],
        "older": f"?view={view}&from={first + PER_PAGE}" if len(cases) > PER_PAGE else "",
        "view": view,
        "views": [(name, label, counts[name]) for name, label in VIEWS.items()],
        "warnings": selectors.latest_warnings()[:PER_PAGE] if not first else [],
        "now": clock.now(),
    }
    return render(request, "admin_portal/bank_disputes.html", page)


@for_admins
@require_GET
def chargeback(request: HttpRequest, chargeback_id: UUID) -> HttpResponse:
    """GET /staff/bank-disputes/{id}/ : one dispute, its money, and the pack for the bank."""
    return _case_page(request, chargeback_id)


@for_admins
@require_GET
def pack(request: HttpRequest, chargeback_id: UUID) -> HttpResponse:
    """GET /staff/bank-disputes/{id}/pack.pdf : the document as the bank would get it."""
    case = selectors.chargeback(chargeback_id)
    made = texts.document(packs.gather(case, at=clock.now()), "")
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="evidence-{case.dispute_id}.pdf"'
    return answer


@for_admins
@require_POST
def answer(request: HttpRequest, chargeback_id: UUID) -> HttpResponse:
    """POST /staff/bank-disputes/{id}/answer/ : send the pack to the bank, once."""
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _case_page(request, chargeback_id, refused="answer", form=form)
    at = clock.now()
    case = selectors.chargeback(chargeback_id)
    evidence = texts.evidence_of(packs.gather(case, at=at), form.cleaned_data["words"])
    return _act(
        request,
        lambda: answers.send(
            chargeback_id=chargeback_id, evidence=evidence, by=signed_in(request), at=at
        ),
        said="Sent. The bank has it now; it can take up to three months to decide.",
        to=("admin_portal:chargeback", chargeback_id),
    )


@for_admins
@require_POST
def give_in(request: HttpRequest, chargeback_id: UUID) -> HttpResponse:
    """POST /staff/bank-disputes/{id}/give-in/ : the bank may keep the money."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _case_page(request, chargeback_id, refused="give_in")
    return _act(
        request,
        lambda: answers.give_in(
            chargeback_id=chargeback_id,
            by=signed_in(request),
            reason=form.cleaned_data["reason"],
            at=clock.now(),
        ),
        said="Given in. The dispute is lost; what was not frozen, the client owes.",
        to=("admin_portal:chargeback", chargeback_id),
    )


@for_admins
@require_POST
def let_go(request: HttpRequest, chargeback_id: UUID) -> HttpResponse:
    """POST /staff/bank-disputes/{id}/let-go/ : the client's money moves again."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _case_page(request, chargeback_id, refused="let_go")
    case = selectors.chargeback(chargeback_id)
    return _act(
        request,
        lambda: reviews.end(
            client_id=case.client_id,
            by=signed_in(request),
            reason=form.cleaned_data["reason"],
            at=clock.now(),
        ),
        said="Their money moves again, and they are told so.",
        to=("admin_portal:chargeback", chargeback_id),
    )


@for_admins
@require_GET
def warning(request: HttpRequest, warning_id: UUID) -> HttpResponse:
    """GET /staff/bank-disputes/warnings/{id}/ : one warning, and its two ways out."""
    return _warning_page(request, warning_id)


@for_admins
@require_POST
def clear(request: HttpRequest, warning_id: UUID) -> HttpResponse:
    """POST /staff/bank-disputes/warnings/{id}/clear/ : it was nothing."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _warning_page(request, warning_id, refused="clear")
    return _act(
        request,
        lambda: warnings.clear(
            warning_id=warning_id,
            by=signed_in(request),
            reason=form.cleaned_data["reason"],
            at=clock.now(),
        ),
        said="Cleared. What was frozen is the client's again.",
        to=("admin_portal:bank_warning", warning_id),
    )


@for_admins
@require_POST
def refund(request: HttpRequest, warning_id: UUID) -> HttpResponse:
    """POST /staff/bank-disputes/warnings/{id}/refund/ : pay it back before the bank takes it."""
    form = RefundForm(request.POST)
    if not form.is_valid():
        return _warning_page(request, warning_id, refused="refund")
    return _act(
        request,
        lambda: warnings.refund(
            warning_id=warning_id,
            by=signed_in(request),
            whole=form.cleaned_data["much"] == "whole",
            reason=form.cleaned_data["reason"],
            at=clock.now(),
        ),
        said="Paid back to the card. The client is not charged for what they did not use.",
        to=("admin_portal:bank_warning", warning_id),
    )


def _act(
    request: HttpRequest, act: Callable[[], object], *, said: str, to: tuple[str, UUID]
) -> HttpResponse:
    try:
        act()
    except DomainError as refusal:
        messages.warning(request, refusal.detail)
    else:
        messages.success(request, said)
    return redirect(to[0], to[1])


def _case_page(
    request: HttpRequest,
    chargeback_id: UUID,
    *,
    refused: str = "",
    form: AnswerForm | None = None,
) -> HttpResponse:
    case = selectors.chargeback(chargeback_id)
    gathered = packs.gather(case, at=clock.now())
    page: dict[str, Any] = {
        "case": case,
        "pack": gathered,
        "summary": texts.summary(gathered),
        "steps": bookings.steps_of_dispute(case.dispute_id),
        "frozen_cents": bookings.frozen_for(f"dp:{case.dispute_id}:freeze"),
        "balance": ledger.balance_of(case.client_id),
        "others": selectors.others_of(case)[:10],
        "is_undecided": case.state in UNDECIDED_MONEY,
        "may_let_go": case.client.is_under_review and not selectors.undecided_of(case.client_id),
        "form": form or AnswerForm(),
        "refused": refused,
        "now": clock.now(),
    }
    status = UNPROCESSABLE if refused else 200
    return render(request, "admin_portal/bank_dispute.html", page, status=status)


def _warning_page(request: HttpRequest, warning_id: UUID, *, refused: str = "") -> HttpResponse:
    one = selectors.warning(warning_id)
    frozen_cents = bookings.frozen_for(f"efw:{one.warning_id}:freeze")
    left_cents = warnings.left_of(one)
    page = {
        "warning": one,
        "frozen_cents": frozen_cents,
        "unspent_cents": min(left_cents, frozen_cents),
        "left_cents": left_cents,
        "owed_cents": max(0, left_cents - frozen_cents),
        "refused": refused,
    }
    status = UNPROCESSABLE if refused else 200
    return render(request, "admin_portal/bank_warning.html", page, status=status)
