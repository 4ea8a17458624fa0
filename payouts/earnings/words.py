"""What readers and staff read about payouts: why there is none, and what Stripe still asks for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Final

from payouts.words import money


class Why(StrEnum):
    """Why a reader is not paid. The codes are part of the API."""

    FROZEN = "frozen"
    STOPPED = "stopped"
    NO_ACCOUNT = "no_account"
    ENDED = "account_ended"
    UNFINISHED = "onboarding_unfinished"
    ASKED = "requirements_due"
    CHECKING = "stripe_is_checking"
    REJECTED = "account_rejected"
    UNSUPPORTED = "unsupported"
    CURRENCY = "other_currency"
    HELD = "held"
    BELOW = "below_threshold"
    SHORT = "funds_short"
    TRANSFER = "transfer_refused"


# What the reader can mend themselves, at Stripe.
FIXABLE: Final = frozenset({Why.NO_ACCOUNT, Why.ENDED, Why.UNFINISHED, Why.ASKED})
_SAFE: Final = "Your earnings are safe and carried over."
_WORDS: Final = {
    Why.FROZEN: f"Your account is frozen. {_SAFE}",
    Why.STOPPED: f"We are looking into your last payout. {_SAFE}",
    Why.NO_ACCOUNT: "Tell Stripe where your money should go.",
    Why.ENDED: "Your account at Stripe is closed or disconnected. Connect one to be paid.",
    Why.UNFINISHED: "Finish setting up payouts at Stripe.",
    Why.CHECKING: "Stripe is checking what you gave. This takes a day or two at most.",
    Why.REJECTED: "Stripe does not accept this account. Write to us and we will look into it.",
    Why.UNSUPPORTED: "Stripe cannot pay accounts in your country yet. Write to us.",
    Why.CURRENCY: "Your account at Stripe is in another currency than your earnings.",
    Why.SHORT: "Our own transfers are late tonight. You will be paid as soon as they go through.",
    Why.TRANSFER: f"Stripe did not accept the transfer. {_SAFE}",
}
_MISSING: Final = (
    ("external_account", "a bank account or debit card"),
    ("outbound_destination", "a bank account or debit card"),
    ("tos_acceptance", "your consent to Stripe's terms"),
    ("terms_of_service", "your consent to Stripe's terms"),
    ("ssn_last_4", "the last four digits of your social security number"),
    ("id_number", "your tax number"),
    ("document", "a photo of your passport or identity card"),
    ("address", "your home address"),
    ("dob", "your date of birth"),
    ("date_of_birth", "your date of birth"),
    ("name", "your legal name"),
    ("phone", "your phone number"),
    ("email", "your e-mail address"),
    ("profile", "a few words about what you do"),
)
_OTHER: Final = "something that Stripe will show you"
_REJECTED: Final = "rejected"
_CODES: Final = {
    "requirements_past_due": Why.ASKED,
    "requirements.past_due": Why.ASKED,
    "requirements_pending_verification": Why.CHECKING,
    "requirements.pending_verification": Why.CHECKING,
    "under_review": Why.CHECKING,
    "unsupported_country": Why.UNSUPPORTED,
}


def missing(fields: Iterable[str]) -> list[str]:
    """What Stripe asks for, each thing once, in words; ``fields`` are its own names."""
    return list(dict.fromkeys(_named(field) for field in fields))


def why_refused(code: str) -> Why:
    """What one of Stripe's codes for an account that may not be paid means."""
    if code.startswith(_REJECTED):
        return Why.REJECTED
    return _CODES.get(code, Why.ASKED)


def explain(why: Why) -> str:
    """A reason that needs no facts, in words."""
    return _WORDS[why]


def asked_for(fields: Iterable[str]) -> str:
    """What Stripe waits for before the next payout."""
    wanted = missing(fields) or [_OTHER]
    return f"Stripe needs {_listed(wanted)} before it can pay you."


def held(until: datetime, because: str) -> str:
    """Until when nothing is paid, and why."""
    return f"Payouts wait until {day(until)}, {until:%H:%M} UTC, because {because}."


def short_of(cents: int, threshold_cents: int) -> str:
    """How far it is to the least that a payout carries."""
    return f"{money(threshold_cents - cents)} short of {money(threshold_cents)}, carried over."


def tonight(cents: int, at: datetime) -> str:
    """What the next run pays."""
    return f"Tonight {at:%H:%M} UTC: {money(cents)}"


def day(at: datetime) -> str:
    """``17 November``."""
    return f"{at.day} {at:%B}"


def _named(field: str) -> str:
    return next((words for part, words in _MISSING if part in field), _OTHER)


def _listed(things: list[str]) -> str:
    if len(things) == 1:
        return things[0]
    return f"{', '.join(things[:-1])} and {things[-1]}"
