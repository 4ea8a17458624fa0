"""From whatever somebody has in their hand (an id, a key, a name of Stripe's) to a place."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from backend.accounts.models import User
from backend.ledger.explorer.listing import related
from backend.ledger.models import Movement, Pot

# What Stripe's names begin with, and what the keys of their movements begin with.
_FAMILIES: Final = {
    "pi": "pi",
    "tr": "tr",
    "trr": "trr",
    "re": "re",
    "pyr": "re",
    "dp": "dp",
    "du": "dp",
    "issfr": "efw",
    "txn": "bt",
}
_THINGS: Final = ("session", "gift", "payout", "topup", "case", "order")
CHARS_MAX: Final = 160


@dataclass(frozen=True, slots=True)
class Spot:
    """Where to look: ``place`` is ``movement``, ``pot``, ``person``, ``about`` or ``key``."""

    place: str
    name: str


def find(text: str) -> Spot | None:
    """Where the thing is that somebody names; None: nothing here goes by that name."""
    text = text.strip()[:CHARS_MAX]
    if not text:
        return None
    with suppress(ValueError):
        return _by_id(UUID(text))
    if text.isascii() and text.isdigit() and len(text) < 19:
        return Spot("pot", text) if Pot.objects.filter(pk=int(text)).exists() else None
    if "@" in text:
        user = User.objects.filter(email__iexact=text).first()
        return Spot("person", str(user.pk)) if user else None
    return _by_key(text) or (Spot("about", text) if ":" in text and related(text) else None)


def _by_id(id_: UUID) -> Spot | None:
    if Movement.objects.filter(pk=id_).exists():
        return Spot("movement", str(id_))
    if User.objects.filter(pk=id_).exists():
        return Spot("person", str(id_))
    names = (f"{thing}:{id_}" for thing in _THINGS)
    return next((Spot("about", name) for name in names if related(name)), None)


def _by_key(text: str) -> Spot | None:
    family = _FAMILIES.get(text.partition("_")[0], "")
    key = f"{family}:{text}" if family else text
    exact = Movement.objects.filter(key=key).values_list("id", flat=True).first()
    if exact:
        return Spot("movement", str(exact))
    if not family:
        return None
    steps = list(
        Movement.objects.filter(key__startswith=f"{key}:").values_list("id", flat=True)[:2]
    )
    if len(steps) == 1:
        return Spot("movement", str(steps[0]))
    return Spot("key", f"{key}:") if steps else None
