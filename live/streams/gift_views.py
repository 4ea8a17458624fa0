"""The pages of gifts."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from backend.core.requests import signed_in
from live.streams import gift_receipts


@login_required
@require_GET
def receipt(request: HttpRequest, gift_id: UUID) -> HttpResponse:
    """What one gift cost and what of it reached the reader: ``receipt``."""
    found = gift_receipts.receipt_of(signed_in(request), gift_id)
    return render(request, "live/streams/gift_receipt.html", {"receipt": found})
