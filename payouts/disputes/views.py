"""The pages of cases: what is waiting, what was said, what was decided."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from backend.accounts.models import User
from backend.core import clock
from backend.core.errors import Conflict, DomainError, InvalidInput, Refused
from backend.core.requests import signed_in
from payouts.disputes import selectors
from payouts.disputes.services import appeals, statements
from payouts.models import Dispute
from payouts.models.disputes import TEXT_CHARS_MAX

PER_PAGE = 20
_SAID_NO = (Conflict, InvalidInput, Refused)


@login_required
@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """GET /disputes/ : my cases, newest first.

    rows (a page of {dispute, other}), page.
    """
    user = signed_in(request)
    page = Paginator(selectors.of_user(user), PER_PAGE).get_page(request.GET.get("page"))
    rows = [{"dispute": one, "other": _other(one, user)} for one in page.object_list]
    return render(request, "payouts/disputes.html", {"rows": rows, "page": page})


@login_required
@require_GET
def case(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    """GET /disputes/{id}/ : one case, for its two sides."""
    user = signed_in(request)
    return _page(request, selectors.one_of(user, dispute_id), user)


@login_required
@require_POST
def add(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    """POST /disputes/{id}/statements/ : add what one side has to say."""
    user, text = signed_in(request), request.POST.get("text", "")
    found = selectors.one_of(user, dispute_id)
    try:
        statements.add(dispute_id=found.pk, by=user, text=text, at=clock.now())
    except _SAID_NO as error:
        return _page(request, found, user, refused=error, statement=text[:TEXT_CHARS_MAX])
    messages.success(request, "Added. Both sides and our team can read it.")
    return redirect("disputes:case", dispute_id)


@login_required
@require_POST
def appeal(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    """POST /disputes/{id}/appeal/ : ask for the second and last look."""
    user, text = signed_in(request), request.POST.get("text", "")
    found = selectors.one_of(user, dispute_id)
    try:
        appeals.appeal(dispute_id=found.pk, by=user, text=text, at=clock.now())
    except _SAID_NO as error:
        return _page(request, found, user, refused=error, appeal=text[:TEXT_CHARS_MAX])
    messages.success(request, "Your appeal has arrived. We look again.")
    return redirect("disputes:case", dispute_id)


def _page(
    request: HttpRequest,
    dispute: Dispute,
    user: User,
    *,
    refused: DomainError | None = None,
    **typed: str,
) -> HttpResponse:
    """dispute, side, other, entries (what was said and decided, in order), may_add, may_appeal,
    came_back_cents, text_chars_max; after a refusal its words in ``refused`` and what was typed
    in ``statement`` or ``appeal``.
    """
    side, now = dispute.side_of(user.pk), clock.now()
    decisions = selectors.decisions_of(dispute)
    context: dict[str, Any] = {
        "dispute": dispute,
        "side": side,
        "other": _other(dispute, user),
        "entries": _entries(dispute, side),
        "came_back_cents": sum(decision.cents for decision in decisions),
        "may_add": selectors.may_add(dispute),
        "may_appeal": selectors.may_appeal(dispute, now=now),
        "text_chars_max": TEXT_CHARS_MAX,
        "refused": refused.detail if refused else "",
        **typed,
    }
    status = refused.status if refused else 200
    return render(request, "payouts/dispute.html", context, status=status)


def _entries(dispute: Dispute, side: str) -> list[dict[str, Any]]:
    """Everything that was said and decided: who, when, the words, oldest first."""
    names = {"client": dispute.client.display_name, "reader": dispute.reader.display_name}
    opened = _entry(names["client"], dispute.opened_at, dispute.text, mine=side == "client")
    said = [
        _entry(names[one.side], one.at, one.text, mine=one.side == side, is_appeal=one.is_appeal)
        for one in dispute.statements.all()
    ]
    decided = [
        _entry("Our decision", one.at, one.words_to(side), is_decision=True, n=one.n)
        for one in dispute.decisions.all()
    ]
    return sorted([opened, *said, *decided], key=lambda entry: entry["at"])


def _entry(name: str, at: datetime, text: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "at": at, "text": text, **more}


def _other(dispute: Dispute, user: User) -> User:
    other: User = dispute.reader if dispute.client_id == user.pk else dispute.client
    return other
