"""What every page knows: purse, running reading, own live room, unread notices, demo flag."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from backend.ledger import selectors as ledger
from backend.notifications import selectors as notifications
from live import selectors as live
from live.streams import selectors as streams


def page(request: HttpRequest) -> dict[str, Any]:
    """Lazy values, so that a page that does not show them does not ask for them."""
    user = getattr(request, "user", None)
    common = {"demo": settings.DEMO and settings.DEBUG, "site_url": settings.SITE_URL}
    if user is None or not user.is_authenticated:
        return common
    return {
        **common,
        "purse": SimpleLazyObject(lambda: ledger.balance_of(user.pk)) if user.is_client else None,
        "active_session": SimpleLazyObject(lambda: live.active_of(user)),
        "live_room": SimpleLazyObject(lambda: streams.live_room_of(user.pk))
        if user.is_reader
        else None,
        "unread": SimpleLazyObject(lambda: notifications.unread_of(user.pk)),
    }
