"""Every kind of notice: what it is called, and whether it is mailed unless switched off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Kind:
    """One kind. ``roles``: whose preferences page shows it. ``by_mail``: the default.

    ``invites``: it asks to come and spend; whoever excluded themselves does not get it.
    """

    slug: str
    label: str
    words: str
    roles: frozenset[str]
    by_mail: bool = False
    invites: bool = False


_CLIENT, _READER, _ADMIN = frozenset({"client"}), frozenset({"reader"}), frozenset({"admin"})
_EVERYBODY = _CLIENT | _READER | _ADMIN

_ALL: Final = (
    Kind(
        "favourite-online",
        "A favourite is online",
        "A reader you keep has come online.",
        _CLIENT,
        invites=True,
    ),
    Kind(
        "favourite-live",
        "A favourite is live",
        "A reader you keep has gone live in a stream.",
        _CLIENT,
        invites=True,
    ),
    Kind(
        "stream",
        "Streams",
        "A stream you asked to be reminded of, or are invited to.",
        _CLIENT | _READER,
        True,
        invites=True,
    ),
    Kind("top-up-succeeded", "Money added", "A payment has arrived in your wallet.", _CLIENT, True),
    Kind(
        "wallet",
        "Your wallet",
        "Money going back to a card, and auto-reload when it cannot charge.",
        _CLIENT,
        True,
    ),
    Kind("review-replied", "A reply to your review", "A reader answered your review.", _CLIENT),
    Kind(
        "reading-missed", "A missed request", "Somebody rang and you did not answer.", _READER, True
    ),
    Kind("payout", "Payouts", "A payout went out or waits, and what Stripe asks.", _READER, True),
    Kind("review-received", "A new review", "A client reviewed a reading.", _READER),
    Kind(
        "credit",
        "Money back",
        "Minutes that were too weak to count came back to your wallet.",
        _CLIENT,
        True,
    ),
    Kind(
        "dispute",
        "Cases",
        "Something went wrong in a reading: opened, decided, appealed.",
        _CLIENT | _READER,
        True,
    ),
    Kind("account", "Your account", "Your standing and your sign-in.", _EVERYBODY, True),
    Kind("staff", "Staff", "Something needs an admin.", _ADMIN, True),
)
BY_SLUG: Final = {kind.slug: kind for kind in _ALL}


def shown_to(role: str) -> list[Kind]:
    """The kinds that a person of ``role`` can switch, in page order."""
    return [kind for kind in _ALL if role in kind.roles]
