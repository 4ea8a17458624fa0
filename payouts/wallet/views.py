"""The wallet's pages beside the activity: cards, limits, money back, codes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import structlog
from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from backend.accounts.models import User
from backend.accounts.services import exclusions, spend_limits
from backend.core import clock, throttles
from backend.core.errors import DomainError
from backend.core.requests import signed_in
from backend.core.templatetags.money import money
from backend.ledger import refundables
from payouts.errors import ChargerUnreachable
from payouts.models import AutoReload, SavedCard
from payouts.selectors import wallet_owner
from payouts.wallet import pages, selectors, statements, words
from payouts.wallet.api.codes import TOO_MANY
from payouts.wallet.forms import CodeForm, ExclusionForm, LimitForm, ReloadForm, WithdrawalForm
from payouts.wallet.services import cards, codes, reloads, withdrawals

log = structlog.get_logger(__name__)
SHOWN_MAX = 20


@login_required
@require_GET
def activity_csv(request: HttpRequest) -> HttpResponse:
    """Everything that moved, as a table for a spreadsheet."""
    return statements.download(wallet_owner(signed_in(request)))


@login_required
@require_http_methods(["GET", "POST"])
def saved_cards(request: HttpRequest) -> HttpResponse:
    """Saved cards, and auto-reload from one of them; POST turns it on or off."""
    user = wallet_owner(signed_in(request))
    mine = selectors.cards_of(user)
    agreed = selectors.auto_reload_of(user)
    if request.POST.get("act") == "off":
        reloads.switch_off(client_id=user.pk)
        messages.success(request, "Auto-reload is off.")
        return redirect("payouts:cards")
    form = ReloadForm(request.POST or None, initial=_initial(agreed, mine.first()))
    form.fields["card"].queryset = mine  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid() and _passes(form, lambda: _reload(user, form)):
        messages.success(request, "Auto-reload is on. You get a notice each time it charges.")
        return redirect("payouts:cards")
    shown = {"form": form, "keep_consent": words.KEEP_CONSENT, "agreed": agreed}
    shown["reloads"] = selectors.reloads_of(user).select_related("top_up")[:5]
    return _page(request, user, "cards", shown)


@login_required
@require_GET
def cards_return(request: HttpRequest) -> HttpResponse:
    """Where the page that saves a card leads back to: ask the vault, believe nothing else."""
    user = wallet_owner(signed_in(request))
    try:
        cards.refresh(client_id=user.pk, at=clock.now())
    except ChargerUnreachable:
        messages.info(request, "Your card appears here in a moment.")
    return redirect("payouts:cards")


@login_required
@require_POST
def card_act(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Remove a card, or let it be the default."""
    user = wallet_owner(signed_in(request))
    if request.POST.get("act") == "prefer":
        card = cards.prefer(client=user, card_id=card_id)
        messages.success(request, f"{card.label} is offered first now.")
        return redirect("payouts:cards")
    try:
        cards.remove(client=user, card_id=card_id, at=clock.now())
    except ChargerUnreachable:
        messages.warning(request, "It is gone here, and soon at our payment service.")
    else:
        messages.success(request, "The card is removed. It cannot be charged any more.")
    return redirect("payouts:cards")


@login_required
@require_http_methods(["GET", "POST"])
def limits(request: HttpRequest) -> HttpResponse:
    """A client's own limits; POST changes one of them."""
    user = wallet_owner(signed_in(request))
    at = clock.now()
    form = LimitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        row = spend_limits.change(client=user, at=at, **wanted)
        if row.raised_at:
            messages.info(request, f"It rises on {row.raised_at:%-d %B at %H:%M} UTC.")
        else:
            messages.success(request, "Your limit holds from now on.")
        return redirect("payouts:limits")
    shown = {"form": form, "exclusion_form": ExclusionForm()}
    return _page(request, user, "limits", shown)


@login_required
@require_POST
def exclude(request: HttpRequest) -> HttpResponse:
    """Spend nothing for a time, or for good."""
    user = wallet_owner(signed_in(request))
    form = ExclusionForm(request.POST)
    if form.is_valid() and _passes(
        form, lambda: exclusions.begin(user=user, days=form.days, at=clock.now())
    ):
        messages.success(request, "It holds from now on. What you have can still be taken back.")
        return redirect("payouts:limits")
    return _page(request, user, "limits", {"form": LimitForm(), "exclusion_form": form})


@login_required
@require_http_methods(["GET", "POST"])
@reauthentication_required(allow_get=True)
def withdraw(request: HttpRequest) -> HttpResponse:
    """Unused money back to the cards it came from; POST wants a fresh sign-in."""
    user = wallet_owner(signed_in(request))
    at = clock.now()
    form = WithdrawalForm(request.POST or None, initial={"key": uuid4()})
    if request.method == "POST" and form.is_valid() and _passes(form, lambda: _take(user, form)):
        messages.success(request, f"{money(form.cleaned_data['cents'])} is on its way back.")
        return redirect("payouts:withdraw")
    most = refundables.withdrawable_cents(user.pk, at=at)
    day = selectors.counted_withdrawals(user, since=at - withdrawals.DAY).order_by("-at").first()
    shown = {
        "form": form,
        "most_cents": most,
        "shares": selectors.shares_of(user, most, at=at),
        "held_until": selectors.held_until(user, at=at),
        "again_at": day.at + withdrawals.DAY if day else None,
        "withdrawals": selectors.withdrawals_of(user)[:SHOWN_MAX],
    }
    return _page(request, user, "withdraw", shown)


@login_required
@require_http_methods(["GET", "POST"])
def promo_codes(request: HttpRequest) -> HttpResponse:
    """Codes: type one, see what is left of them."""
    user = wallet_owner(signed_in(request))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _passes(form, lambda: _redeem(user, form)):
        messages.success(request, "The credit is in your wallet. It is spent first.")
        return redirect("payouts:codes")
    return _page(request, user, "codes", {"form": form})


def _page(request: HttpRequest, user: User, tab: str, shown: dict[str, Any]) -> HttpResponse:
    refused = request.method == "POST"
    context = {**pages.frame(user, at=clock.now(), tab=tab), **shown}
    return render(request, f"payouts/{tab}.html", context, status=422 if refused else 200)


def _passes(form: Form, act: Callable[[], object]) -> bool:
    """Do it, and say in the form why not if a rule forbids it."""
    try:
        act()
    except DomainError as refused:
        form.add_error(None, refused.detail)
        return False
    return True


def _reload(user: User, form: ReloadForm) -> None:
    wanted = form.cleaned_data
    wish = reloads.Wish(
        amount_cents=wanted["amount_cents"],
        below_cents=wanted["below_cents"],
        daily_cap_cents=wanted["daily_cap_cents"],
        card_id=wanted["card"].pk,
    )
    reloads.switch_on(client=user, wish=wish, consents=wanted["consents"], at=clock.now())


def _take(user: User, form: WithdrawalForm) -> None:
    wanted = form.cleaned_data
    withdrawals.request(client=user, key=str(wanted["key"]), cents=wanted["cents"], at=clock.now())


def _redeem(user: User, form: CodeForm) -> None:
    throttles.limit("promo-code", user.pk, TOO_MANY)
    codes.redeem(client=user, code=form.cleaned_data["code"], at=clock.now())


def _initial(agreed: AutoReload | None, card: SavedCard | None) -> dict[str, Any]:
    """What was agreed to before, or something sensible."""
    if agreed is None:
        return {"amount_cents": 2_000, "below_cents": 1_000, "daily_cap_cents": 6_000, "card": card}
    return {
        "amount_cents": agreed.amount_cents,
        "below_cents": agreed.below_cents,
        "daily_cap_cents": agreed.daily_cap_cents,
        "card": agreed.card_id,
    }
