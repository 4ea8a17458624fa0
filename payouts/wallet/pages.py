"""What every page of the wallet shows around its own part: the balance and the ways to add."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.conf import settings

from backend.accounts.models import User
from backend.ledger import refundables
from backend.ledger import selectors as ledger
from payouts import selectors as money_in
from payouts.wallet import selectors

PRESET_CHOSEN_CENTS: Final = 2_000


def frame(user: User, *, at: datetime, tab: str, next_url: str = "") -> dict[str, Any]:
    """The context of the frame. ``next_url``: where to lead back to once money is there."""
    limits = selectors.limits_of(user, at=at)
    return {
        "tab": tab,
        "balance": ledger.balance_of(user.pk),
        "refundable_cents": refundables.withdrawable_cents(user.pk, at=at),
        "promo_parts": ledger.promo_parts(user.pk, at=at),
        "waiting": money_in.waiting_for(user, now=at),
        "presets": settings.TOP_UP_PRESETS_CENTS,
        "chosen_cents": PRESET_CHOSEN_CENTS,
        "min_cents": settings.TOP_UP_MIN_CENTS,
        "max_cents": settings.TOP_UP_MAX_CENTS,
        "next_url": next_url,
        "cards": list(selectors.cards_of(user)),
        "reload": selectors.auto_reload_of(user),
        "limits": limits,
        "shown_limit": next((limit for limit in limits if limit.cents is not None), None),
        "exclusion": selectors.exclusion_of(user, at=at),
    }
