"""Pages on which clients find a reader, keep one, and arrange their own account."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from backend.accounts.services import accounts
from backend.core import clock
from backend.core.errors import Forbidden
from backend.core.pages import CursorPages
from backend.core.requests import signed_in
from live.streams import selectors as streams
from marketplace import cards, listing, selectors
from marketplace.forms import (
    PRICE_STEPS_CENTS,
    RATING_WORDS,
    SORT_WORDS,
    AppearanceForm,
    FilterForm,
    ProfileForm,
)
from readers import selectors as readers_of
from readers.kinds import LANGUAGES, SPECIALTIES, Kind

ONLINE_SHOWN = 12
LIVE_SHOWN = 4
SOON_SHOWN = 4
SIMILAR_SHOWN = 3
REVIEWS_SHOWN = 6
EVENING, MORNING, AFTERNOON = 17, 5, 12
YEAR_SECONDS = 365 * 86_400


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Who is online, what is live, whom one met, and the way in."""
    now = clock.now()
    user = signed_in(request) if request.user.is_authenticated else None
    kept = selectors.favourite_ids(request.user)
    online = readers_of.listed(readers_of.Filters(online=True), now=now)
    met = selectors.met_by(signed_in(request), now=now) if _is_client(request) else []
    return render(
        request,
        "marketplace/home.html",
        {
            "greeting": _greeting(request, now),
            "online": cards.cards(online[:ONLINE_SHOWN], favourites=kept, now=now),
            "online_count": online.count(),
            "reader_count": readers_of.listed(readers_of.Filters(), now=now).count(),
            "live": streams.live_now(LIVE_SHOWN, user),
            "soon": streams.upcoming(SOON_SHOWN, user, now),
            "met": [
                {"card": cards.card(one.profile, favourites=kept, now=now), "last": one}
                for one in met
            ],
        },
    )


@require_safe
@vary_on_headers("HX-Request")
def readers(request: HttpRequest) -> HttpResponse:
    """The list with its filters; only the results when the page asks for them."""
    form = FilterForm(request.GET)
    asked, sound = form.filters(), form.sound()
    page = listing.page(request, asked, now=clock.now())
    context = {
        "page": page,
        "sound": sound,
        "asked": asked,
        "filters_on": len(sound.keys() - {"q", "sort"}),
        "quick": listing.quick_pills(sound),
        "kinds": Kind.choices,
        "languages": sorted(LANGUAGES.items(), key=lambda pair: pair[1]),
        "specialties": SPECIALTIES.items(),
        "sorts": SORT_WORDS,
        "ratings": RATING_WORDS,
        "price_steps": PRICE_STEPS_CENTS,
    }
    if _is_partial(request):
        part = "_more_cards" if "cursor" in request.GET else "_results"
        return render(request, f"marketplace/{part}.html", context)
    return render(request, "marketplace/readers.html", context)


@require_safe
def reader(request: HttpRequest, slug: str) -> HttpResponse:
    """One reader: who they are, what a minute costs, what others said, the way to ask."""
    now = clock.now()
    profile = readers_of.by_slug(slug, now=now)
    kept = selectors.favourite_ids(request.user)
    shown = cards.card(profile, favourites=kept, now=now)
    spendable = selectors.spendable_of(request.user)
    estimates = {one.kind: one for one in selectors.estimates(profile, spendable)}
    rows, more_url = listing.cut(_ReviewPages(), selectors.reviews_of(profile.pk), request)
    if _is_partial(request):
        return render(request, "marketplace/_reviews.html", {"reviews": rows, "more_url": more_url})
    return render(
        request,
        "marketplace/reader.html",
        {
            "profile": profile,
            "card": shown,
            "chosen": _chosen_kind(request, shown),
            "offers": [{"rate": rate, "estimate": estimates[rate.kind]} for rate in shown.rates],
            "spendable_cents": spendable,
            "reviews": rows,
            "more_url": more_url,
            "similar": _similar(profile, kept, now) if not shown.is_online else [],
            "asking": _asking(shown, estimates, spendable),
        },
    )


@login_required
@require_safe
def favourites(request: HttpRequest) -> HttpResponse:
    """The readers a client wants to hear of."""
    user = signed_in(request)
    if not user.is_client:
        raise Forbidden("Only clients have favourites.")
    now = clock.now()
    kept = selectors.favourite_ids(user)
    shown = cards.cards(selectors.favourites_of(user, now=now), favourites=kept, now=now)
    return render(request, "marketplace/favourites.html", {"cards": shown})


@login_required
@require_http_methods(["GET", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    """A person's name and time zone, and how this browser shows the product."""
    user = signed_in(request)
    now_set = {"display_name": user.display_name, "timezone": user.timezone}
    looks = {
        "theme": request.COOKIES.get("theme", "dark"),
        "text_size": request.COOKIES.get("text_size", "usual"),
    }
    is_look = request.POST.get("form") == "appearance"
    is_person = request.method == "POST" and not is_look
    person = ProfileForm(request.POST if is_person else None, initial=now_set)
    look = AppearanceForm(request.POST if is_look else None, initial=looks)
    if is_person and person.is_valid():
        accounts.rename(user=user, **person.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("marketplace:settings")
    if is_look and look.is_valid():
        return _with_look(redirect("marketplace:settings"), look.cleaned_data)
    return render(
        request,
        "marketplace/settings.html",
        {"person": person, "look": look, "looks": looks},
        status=400 if person.errors or look.errors else 200,
    )


class _ReviewPages(CursorPages):
    page_size = REVIEWS_SHOWN


def _is_client(request: HttpRequest) -> bool:
    return request.user.is_authenticated and signed_in(request).is_client


def _is_partial(request: HttpRequest) -> bool:
    """Whether htmx wants a piece (it wants the whole page when it restores history)."""
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.history_restore_request


def _greeting(request: HttpRequest, now: datetime) -> str:
    """``Good evening`` by the person's own clock."""
    zone = getattr(request.user, "timezone", "UTC") or "UTC"
    try:
        hour = now.astimezone(ZoneInfo(zone)).hour
    except (ZoneInfoNotFoundError, ValueError):
        hour = now.hour
    if MORNING <= hour < AFTERNOON:
        return "Good morning"
    return "Good afternoon" if AFTERNOON <= hour < EVENING else "Good evening"


def _chosen_kind(request: HttpRequest, card: cards.Card) -> str:
    """The kind asked for in the address, else the first that is open, else the first."""
    asked = request.GET.get("kind", "")
    offered = [rate.kind for rate in card.rates]
    if asked in offered:
        return asked
    return next((rate.kind for rate in card.rates if rate.is_open), offered[0] if offered else "")


def _similar(profile: Any, kept: set[Any], now: datetime) -> list[cards.Card]:
    """Readers of the same field who are online."""
    field = profile.specialties[0] if profile.specialties else ""
    asked = readers_of.Filters(online=True, specialty=field)
    found = readers_of.listed(asked, now=now).exclude(pk=profile.pk)[:SIMILAR_SHOWN]
    return cards.cards(found, favourites=kept, now=now)


def _asking(
    card: cards.Card, estimates: dict[str, selectors.Estimate], spendable: int | None
) -> dict[str, Any]:
    """What the page's script needs to ask for a reading. All amounts are worked out here."""
    return {
        "reader_id": str(card.id),
        "name": card.name,
        "slug": card.slug,
        "spendable_cents": spendable,
        "ring_seconds": settings.RING_SECONDS,
        "kinds": {
            rate.kind: {**asdict(estimates[rate.kind]), "word": rate.word, "is_open": rate.is_open}
            for rate in card.rates
        },
    }


def _with_look(response: HttpResponse, chosen: dict[str, str]) -> HttpResponse:
    for name, value in chosen.items():
        response.set_cookie(
            name, value, max_age=YEAR_SECONDS, samesite="Lax", secure=not settings.DEBUG
        )
    return response
