"""The magic cards: what each test number does when it is charged, saved, refunded, disputed."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    """One test card. ``code`` is Stripe's error code when it is refused, else empty.

    ``asks_bank``: ``once`` until it was saved with the bank's consent, ``always`` even then.
    ``saves``: it can be saved although it is refused when charged. ``refund``: ``later`` or
    ``fails``. ``dispute``: the reason of the dispute that follows at once. ``warns``: an early
    fraud warning follows.
    """

    number: str
    title: str
    code: str = ""
    decline_code: str | None = None
    message: str = ""
    asks_bank: str = ""
    saves: bool = False
    settles_at_once: bool = False
    brand: str = "visa"
    refund: str = ""
    dispute: str = ""
    is_inquiry: bool = False
    warns: bool = False

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.number.encode()).hexdigest()[:16]


_DECLINED = "Your card was declined."
_POOR = "Your card has insufficient funds."
_STALE = "Your card has expired."
_WRONG_CODE = "Your card's security code is incorrect."
CARDS = {
    card.number: card
    for card in (
        Card("4242424242424242", "Visa: the payment succeeds"),
        Card("5555555555554444", "Mastercard: the payment succeeds", brand="mastercard"),
        Card("4000000000000077", "Succeeds, and settles at once", settles_at_once=True),
        Card("4000002500003155", "The bank asks first (3-D Secure)", asks_bank="once"),
        Card("4000002760003184", "The bank asks every time", asks_bank="always"),
        Card("4000000000000002", "Declined", "card_declined", "generic_decline", _DECLINED),
        Card(
            "4000000000009995",
            "Declined: insufficient funds",
            "card_declined",
            "insufficient_funds",
            _POOR,
        ),
        Card("4000000000009987", "Declined: lost", "card_declined", "lost_card", _DECLINED),
        Card("4000000000000069", "Expired", "expired_card", None, _STALE),
        Card("4000000000000127", "Wrong security code", "incorrect_cvc", None, _WRONG_CODE),
        Card(
            "4000000000000341",
            "Can be saved, then declines",
            "card_declined",
            None,
            _DECLINED,
            saves=True,
        ),
        Card(
            "4000008260003178",
            "The bank asks, then there are no funds",
            "card_declined",
            "insufficient_funds",
            _POOR,
            asks_bank="once",
            saves=True,
        ),
        Card("4000000000007726", "A refund takes three days", refund="later"),
        Card("4000000000005126", "A refund fails after three days", refund="fails"),
        Card("4000000000000259", "Disputed as fraud", dispute="fraudulent"),
        Card("4000000000002685", "Disputed: not received", dispute="product_not_received"),
        Card("4000000000001976", "An inquiry follows", dispute="fraudulent", is_inquiry=True),
        Card("4000000000005423", "An early fraud warning follows", warns=True),
    )
}
TOKENS = {
    "pm_card_visa": "4242424242424242",
    "pm_card_mastercard": "5555555555554444",
    "pm_card_bypassPending": "4000000000000077",
    "pm_card_authenticationRequiredOnSetup": "4000002500003155",
    "pm_card_authenticationRequired": "4000002760003184",
    "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds": "4000008260003178",
    "pm_card_visa_chargeDeclined": "4000000000000002",
    "pm_card_visa_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_visa_chargeDeclinedLostCard": "4000000000009987",
    "pm_card_chargeDeclinedExpiredCard": "4000000000000069",
    "pm_card_chargeDeclinedIncorrectCvc": "4000000000000127",
    "pm_card_chargeCustomerFail": "4000000000000341",
    "pm_card_pendingRefund": "4000000000007726",
    "pm_card_refundFail": "4000000000005126",
    "pm_card_createDispute": "4000000000000259",
    "pm_card_createDisputeProductNotReceived": "4000000000002685",
    "pm_card_createDisputeInquiry": "4000000000001976",
    "pm_card_createIssuerFraudRecord": "4000000000005423",
}
INVALID_NUMBER = Card(
    "", "Not a test card", "incorrect_number", None, "Your card number is incorrect."
)


def card_of(written: str) -> Card:
    """The card for a number as a person types it; an unknown number is refused when charged."""
    return CARDS.get(re.sub(r"[ -]", "", written), INVALID_NUMBER)
