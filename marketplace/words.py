"""Pages that only explain. Their figures come from the settings, never from the prose."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from readers import pricing

EXAMPLE_RATE_CENTS = 399
EXAMPLE_SECONDS = 860


@require_safe
def how_paying_works(request: HttpRequest) -> HttpResponse:
    """Only connected time, per second, pauses free, 70/30."""
    cost = pricing.price(
        seconds=EXAMPLE_SECONDS,
        rate_cents=EXAMPLE_RATE_CENTS,
        increment_s=settings.BILLING_INCREMENT_SECONDS,
    )
    share = pricing.share(gross_cents=cost, split_bps=settings.SPLIT_BPS)
    return render(
        request,
        "marketplace/how_paying_works.html",
        {
            "rate_cents": EXAMPLE_RATE_CENTS,
            "seconds": EXAMPLE_SECONDS,
            "cost_cents": cost,
            "reader_cents": share,
            "ours_cents": cost - share,
            "reader_percent": settings.SPLIT_BPS // 100,
            "ours_percent": 100 - settings.SPLIT_BPS // 100,
            "ring_seconds": settings.RING_SECONDS,
            "grace_seconds": settings.GRACE_SECONDS,
            "funds_seconds": settings.FUNDS_GRACE_SECONDS,
            "start_seconds": settings.MIN_START_SECONDS,
            "longest_seconds": settings.MAX_READING_SECONDS,
            "hold_hours": settings.EARNINGS_HOLD_HOURS,
            "top_up_min_cents": settings.TOP_UP_MIN_CENTS,
            "top_up_max_cents": settings.TOP_UP_MAX_CENTS,
        },
    )


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Questions people ask, and where people listen at no cost."""
    return render(request, "marketplace/help.html", {"ring_seconds": settings.RING_SECONDS})


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """What we agree on."""
    return render(request, "marketplace/terms.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept, for how long, and who sees it."""
    return render(request, "marketplace/privacy.html")
