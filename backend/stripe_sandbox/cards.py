"""The magic cards: what each test number does when it is charged."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    """One test card. ``code`` is Stripe's error code when it is refused, else empty."""

    number: str
    title: str
    code: str = ""
    decline_code: str | None = None
    message: str = ""
    asks_bank: bool = False
    settles_at_once: bool = False
    brand: str = "visa"

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.number.encode()).hexdigest()[:16]


_DECLINED = "Your card was declined."
CARDS = {
    card.number: card
    for card in (
        Card("4242424242424242", "Visa: the payment succeeds"),
        Card("5555555555554444", "Mastercard: the payment succeeds", brand="mastercard"),
        Card("4000000000000077", "Succeeds, and settles at once", settles_at_once=True),
        Card("4000002500003155", "The bank asks first (3-D Secure)", asks_bank=True),
        Card("4000000000000002", "Declined", "card_declined", "generic_decline", _DECLINED),
        Card(
            "4000000000009995",
            "Declined: insufficient funds",
            "card_declined",
            "insufficient_funds",
            "Your card has insufficient funds.",
        ),
        Card("4000000000009987", "Declined: lost", "card_declined", "lost_card", _DECLINED),
        Card("4000000000000069", "Expired", "expired_card", None, "Your card has expired."),
        Card(
            "4000000000000127",
            "Wrong security code",
            "incorrect_cvc",
            None,
            "Your card's security code is incorrect.",
        ),
        Card("4000000000000341", "Attaches, then declines", "card_declined", None, _DECLINED),
    )
}
TOKENS = {
    "pm_card_visa": "4242424242424242",
    "pm_card_mastercard": "5555555555554444",
    "pm_card_bypassPending": "4000000000000077",
    "pm_card_authenticationRequired": "4000002500003155",
    "pm_card_visa_chargeDeclined": "4000000000000002",
    "pm_card_visa_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_visa_chargeDeclinedLostCard": "4000000000009987",
    "pm_card_chargeDeclinedExpiredCard": "4000000000000069",
    "pm_card_chargeDeclinedIncorrectCvc": "4000000000000127",
    "pm_card_chargeCustomerFail": "4000000000000341",
}
INVALID_NUMBER = Card(
    "", "Not a test card", "incorrect_number", None, "Your card number is incorrect."
)


def card_of(written: str) -> Card:
    """The card for a number as a person types it; an unknown number is refused when charged."""
    return CARDS.get(re.sub(r"[ -]", "", written), INVALID_NUMBER)
