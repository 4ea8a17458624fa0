"""The wallet's pages. They show what the ledger says; adding money goes through the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET

from backend.core import clock
from backend.core.errors import NotFound
from backend.core.requests import signed_in
from payouts import selectors
from payouts.states import TopUpStatus
from payouts.wallet import pages
from payouts.words import page_of


@login_required
@require_GET
def wallet(request: HttpRequest) -> HttpResponse:
    """The balance, the ways to add to it, and what moved."""
    user = selectors.wallet_owner(signed_in(request))
    kind = request.GET.get("kind", "")
    before = request.GET.get("before", "")
    page = selectors.activity(user, kind=kind, before_seq=int(before) if _is_seq(before) else None)
    context: dict[str, Any] = {
        **pages.frame(user, at=clock.now(), tab="activity", next_url=_safe_next(request)),
        "rows": [(row, page_of(row.about)) for row in page.rows],
        "kind": kind if kind in selectors.KINDS else "",
        "next_seq": page.next_seq,
    }
    partial = request.headers.get("HX-Request") == "true"
    template = "payouts/_activity.html" if partial else "payouts/wallet.html"
    return render(request, template, context)


@login_required
@require_GET
def come_back(request: HttpRequest) -> HttpResponse:
    """Where the hosted page leads back to. It believes nothing and only asks how far it is."""
    user = selectors.wallet_owner(signed_in(request))
    top_up = selectors.top_up_of(user, _uuid(request.GET.get("top_up", "")))
    context = {
        "top_up": top_up,
        "left": request.GET.get("left") == "1" and top_up.status == TopUpStatus.OPEN,
    }
    response = render(request, "payouts/return.html", context)
    # Beside a room it is the same second window all along: another policy would cut it off from
    # the page that opened it, and it could neither know nor close itself.
    response["Cross-Origin-Opener-Policy"] = "unsafe-none"
    return response


def _is_seq(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _safe_next(request: HttpRequest) -> str:
    """Where to lead back to: a path of this site, or nothing."""
    url = request.GET.get("next", "")
    return url if url_has_allowed_host_and_scheme(url, allowed_hosts=None) else ""


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound("There is no such top-up.") from error
