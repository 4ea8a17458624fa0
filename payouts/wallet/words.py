"""What clients read about their wallet, and what they agree to, word for word."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from backend.core.templatetags.money import money

__all__ = [
    "BANK_ASKS",
    "CARD_REMOVED",
    "EXCLUDED",
    "KEEP_CONSENT",
    "REFUSED_TWICE",
    "RELOAD_CONSENT",
    "UNDER_REVIEW",
    "held",
    "money",
]

KEEP_CONSENT: Final = (
    "Keep this card at our payment service, so that I can add money with it later. "
    "It is charged only when I ask for it, or by auto-reload if I turn that on. "
    "I can remove it at any time."
)
RELOAD_CONSENT: Final = (
    "When my balance falls below {below}, charge {card} with {amount} without asking me again, "
    "at most {cap} in 24 hours. I get a notice each time and can turn it off at any time."
)
CARD_REMOVED: Final = "The card was removed."
REFUSED_TWICE: Final = "Your bank said no twice."
BANK_ASKS: Final = "Your bank wants to ask you each time."
EXCLUDED: Final = "You asked us not to let you spend."
UNDER_REVIEW: Final = "Your bank asked about a payment, and our team has to look first."


def held(until: datetime) -> str:
    """Until when nothing goes back to a card, and why."""
    return (
        f"Your e-mail changed, so money goes back to a card from {until:%-d %B, %H:%M} UTC on. "
        "It stays in your wallet until then."
    )
