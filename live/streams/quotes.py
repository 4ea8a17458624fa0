"""The price that somebody was shown, signed: what was shown is charged, whatever changed since."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.conf import settings
from django.core import signing

from live.models import GiftKind
from live.streams import gift_selectors

_SALT: Final = "live.streams.gift-quote"


class Quote(NamedTuple):
    """``text`` is sent back with the gift; it holds until ``expires_at``."""

    text: str
    expires_at: datetime


def of(kind: GiftKind, *, at: datetime) -> Quote:
    """Quote a gift's price of now."""
    until = at + timedelta(seconds=settings.GIFT_QUOTE_SECONDS)
    shown = [kind.id.hex, kind.price_cents, int(until.timestamp())]
    return Quote(signing.Signer(salt=_SALT).sign_object(shown), until)


def price_in(text: str, *, kind_id: UUID, at: datetime) -> int | None:
    """The price that was quoted for this gift, in cents; None when the quote does not hold."""
    try:
        shown_id, price_cents, until = signing.Signer(salt=_SALT).unsign_object(text)
    except (signing.BadSignature, ValueError):
        return None
    holds = shown_id == kind_id.hex and at.timestamp() < until
    return int(price_cents) if holds else None


def tray(at: datetime) -> list[dict[str, Any]]:
    """Every gift that is offered: {id, code, name, price_cents, art_url, animation, grand,
    quote, quote_expires_at}, in the order of the tray."""
    shown = []
    for kind in gift_selectors.offered():
        quote = of(kind, at=at)
        looks = gift_selectors.drawn(kind, price_cents=kind.price_cents)
        marks = {"quote": quote.text, "quote_expires_at": quote.expires_at}
        shown.append({"id": kind.id, **looks, **marks})
    return shown
