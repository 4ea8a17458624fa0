"""What banks say, in words for staff."""

from __future__ import annotations

from typing import Final

_REASONS: Final = {
    "fraudulent": "Says it was not them",
    "product_not_received": "Says nothing came",
    "product_unacceptable": "Says it was not as described",
    "duplicate": "Says it was charged twice",
    "credit_not_processed": "Says a refund did not come",
    "subscription_canceled": "Says it was cancelled",
    "unrecognized": "Does not recognise it",
    "general": "Gives no reason",
    "card_never_received": "The card never reached its owner",
    "fraudulent_card_application": "The card was got by fraud",
    "made_with_counterfeit_card": "The card is a copy",
    "made_with_lost_card": "The card is reported lost",
    "made_with_stolen_card": "The card is reported stolen",
    "unauthorized_use_of_card": "The owner did not allow it",
    "misc": "Gives no reason",
    "rule": "A rule of the payment service",
    "manual": "Somebody at the payment service",
}


def reason_in_words(reason: str) -> str:
    """A bank's reason; what is new to us reads as the bank wrote it."""
    return _REASONS.get(reason) or reason.replace("_", " ").capitalize()
