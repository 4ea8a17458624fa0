"""What people read about payments. Short, exact, and never a hint for a thief."""

from __future__ import annotations

import re
from typing import Final

from backend.core.templatetags.money import money

__all__ = ["added", "added_by", "money", "page_of", "refusal_text", "title_of"]

_AGAIN: Final = "Nothing was charged. Try another card."
_REFUSALS: Final = {
    "insufficient_funds": f"Your bank said there is not enough on this card. {_AGAIN}",
    "expired_card": f"This card has expired. {_AGAIN}",
    "incorrect_cvc": "The security code does not fit. Nothing was charged. Check it and try again.",
    "invalid_cvc": "The security code does not fit. Nothing was charged. Check it and try again.",
    "incorrect_number": "The card number does not fit. Nothing was charged. Check it, try again.",
    "payment_intent_authentication_failure": (
        "Your bank did not confirm that it was you. Nothing was charged. Try again."
    ),
    "authentication_required": "Your bank wants to ask you first. Nothing was charged. Try again.",
    "processing_error": "Your bank did not answer. Nothing was charged. Try again in a moment.",
}


def refusal_text(code: str) -> str:
    """What to tell the payer about a refused card.

    Lost, stolen and suspected cards read like any other refusal: whoever tests them learns
    nothing.
    """
    return _REFUSALS.get(code, f"Your bank said no. {_AGAIN}")


def title_of(amount_cents: int) -> str:
    """What the hosted page calls this top-up."""
    return f"Add {money(amount_cents)} to your SoulSeer wallet"


def page_of(about: str) -> str:
    """Where the receipt of a line of activity is; nowhere for most."""
    found = re.fullmatch(r"(session|gift):([0-9a-f-]{36})", about)
    return f"/{found[1]}s/{found[2]}/receipt/" if found else ""


def added(amount_cents: int, *, by_itself: bool) -> str:
    """The title of the notice that money came."""
    if by_itself:
        return f"Auto-reload added {money(amount_cents)}"
    return f"{money(amount_cents)} is in your wallet"


def added_by(card_label: str, spendable_cents: int) -> str:
    """The words beneath it."""
    by = f"Paid by {card_label}. " if card_label else ""
    return f"{by}You have {money(spendable_cents)} to spend."
