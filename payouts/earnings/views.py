"""The reader's pages about money: ``/earnings/``. They show what the ledger and Stripe say."""

from __future__ import annotations

from typing import Any, Final

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from backend.core import clock, ids
from backend.core.errors import DomainError
from backend.core.requests import signed_in
from payouts.earnings import pages, selectors, words
from payouts.earnings.forms import ThresholdForm
from payouts.earnings.services import connect, thresholds
from payouts.errors import RailRefused, RailUnreachable

PAGE_PAYOUTS: Final = 25
_NOT_NOW: Final = "Stripe cannot be reached at the moment. Nothing has changed. Try again soon."


@login_required
@require_GET
def earnings(request: HttpRequest) -> HttpResponse:
    """GET /earnings/ : what is there, what comes, what was paid, and every line of a month."""
    reader, at = selectors.earner(signed_in(request)), clock.now()
    page = pages.earnings_of(
        reader,
        at,
        days=pages.days_asked(request.GET.get("days", "")),
        month=request.GET.get("month", ""),
        number=request.GET.get("page", ""),
    )
    form = ThresholdForm.of(page.preview.threshold_cents)
    context = {"page": page, "form": form, **_bounds(), **_fixable(page.onboarding)}
    return render(request, "payouts/earnings.html", context)


@login_required
@require_GET
def payouts(request: HttpRequest) -> HttpResponse:
    """GET /earnings/payouts/ : every payout, the newest first."""
    reader = selectors.earner(signed_in(request))
    found = selectors.payouts_of(reader)
    before = ids.parsed(request.GET.get("before", ""))
    rows = list((found.filter(pk__lt=before) if before else found)[: PAGE_PAYOUTS + 1])
    context = {
        **_fixable(selectors.onboarding(reader, clock.now())),
        "payouts": rows[:PAGE_PAYOUTS],
        "earlier": rows[PAGE_PAYOUTS - 1].pk if len(rows) > PAGE_PAYOUTS else None,
    }
    return render(request, "payouts/payouts.html", context)


@login_required
@require_POST
def set_threshold(request: HttpRequest) -> HttpResponse:
    """POST /earnings/threshold/ : wait until so much is there before a payout goes out."""
    reader = selectors.earner(signed_in(request))
    form = ThresholdForm(request.POST)
    if form.is_valid():
        try:
            thresholds.change(reader=reader, cents=form.cents)
        except DomainError as error:
            messages.error(request, error.title)
        else:
            messages.success(request, "Saved. It counts from the next payout on.")
    else:
        messages.error(request, "Type an amount between $15.00 and $10,000.00.")
    return redirect("earnings:earnings")


@login_required
@require_POST
@reauthentication_required
def onboard(request: HttpRequest) -> HttpResponse:
    """POST /earnings/onboarding/ : a link to Stripe, which opens once.

    The page between says where one goes; a form may not lead to another site by itself.
    """
    reader = selectors.earner(signed_in(request))
    change = request.POST.get("change") == "1"
    try:
        url = connect.start(reader=reader, at=clock.now(), change=change)
    except (RailRefused, RailUnreachable):
        messages.error(request, _NOT_NOW)
        return redirect("earnings:earnings")
    return render(request, "payouts/onboarding.html", {"url": url, "change": change})


@login_required
@require_GET
@reauthentication_required
def onboard_again(request: HttpRequest) -> HttpResponse:
    """GET /earnings/onboarding/again/ : Stripe sends people here whose link is spent."""
    reader = selectors.earner(signed_in(request))
    try:
        return redirect(connect.start(reader=reader, at=clock.now()))
    except (RailRefused, RailUnreachable):
        messages.error(request, _NOT_NOW)
        return redirect("earnings:earnings")


@login_required
@require_GET
def come_back(request: HttpRequest) -> HttpResponse:
    """GET /earnings/onboarding/return/ : back from Stripe; we look how far the account is."""
    reader, at = selectors.earner(signed_in(request)), clock.now()
    try:
        connect.refresh(reader_id=reader.pk, at=at)
    except RailUnreachable:
        messages.info(request, "Stripe has not told us yet how far you are. We ask again soon.")
    else:
        state = selectors.onboarding(reader, at)
        tell = messages.success if state.state == "ready" else messages.info
        tell(request, state.words)
    return redirect("earnings:earnings")


def _bounds() -> dict[str, Any]:
    return {
        "least_cents": settings.PAYOUT_MIN_CENTS,
        "hold_hours": settings.EARNINGS_HOLD_HOURS,
        "fee_percent": 100 - settings.SPLIT_BPS // 100,
    }


def _fixable(onboarding: selectors.Onboarding) -> dict[str, Any]:
    """Which reasons get a way to Stripe beside them; none once the account is in order."""
    return {"fixable": [] if onboarding.state == "ready" else sorted(words.FIXABLE)}
