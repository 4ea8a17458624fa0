"""What taking money refuses, and how the outside fails us."""

from __future__ import annotations

from backend.core.errors import Conflict, InvalidInput, Refused, TooMany, Unavailable, Upstream


class AmountOutOfBounds(InvalidInput):
    """A top-up is from 5 to 500 dollars, in whole cents."""

    code, title = "amount_out_of_bounds", "This amount cannot be added"


class DailyCapReached(Refused):
    """A client adds at most so much in 24 hours."""

    code, title = "top_up_daily_cap", "That is more than one can add in a day"


class TopUpKeyReused(Conflict):
    """The key stands for another top-up."""

    code, title = "idempotency_key_reused", "This key was used for another request"


class TooManyTopUps(TooMany):
    """So many tries look like somebody testing cards. ``needs_challenge``: prove a person."""

    code, title = "too_many_top_ups", "Too many tries to add money"


class ChargerRefused(Upstream):
    """The card service refused for good; the same request will be refused again."""

    code, title = "payment_refused", "The payment service refused"


class NotThere(ChargerRefused):
    """The card service knows no such thing."""

    code, title = "payment_unknown", "The payment service does not know this payment"


class ChargerUnreachable(Unavailable):
    """Whether it happened is unknown: try again with the same key.

    ``spent_key``: the key has kept a failure, so only another key can succeed.
    """

    code, title = "payment_unreachable", "The payment service is out of reach"

    def __init__(self, detail: str = "", *, spent_key: bool = False) -> None:
        super().__init__(detail)
        self.spent_key = spent_key


class RailRefused(Upstream):
    """The rail refused for good. ``reason``: Stripe's code of why."""

    code, title = "payout_refused", "The payment service refused"

    def __init__(self, detail: str = "", *, reason: str = "") -> None:
        super().__init__(detail)
        self.reason = reason


class RailShort(RailRefused):
    """We have too little there to send this; nobody was paid."""

    code, title = "payout_funds_short", "There is not enough to pay this out yet"


class RailUnknown(RailRefused):
    """The rail knows no such thing, or it cut us off."""

    code, title = "payout_account_unknown", "The payment service does not know this account"


class RailUnreachable(Unavailable):
    """Whether it happened is unknown: try again with the same key.

    ``spent_key``: the key has kept a failure, so only another key can succeed.
    """

    code, title = "payout_service_unreachable", "The payment service is out of reach"

    def __init__(self, detail: str = "", *, spent_key: bool = False) -> None:
        super().__init__(detail)
        self.spent_key = spent_key


class SignatureRefused(InvalidInput):
    """A webhook that Stripe did not sign, or not now."""

    code, title = "bad_signature", "The signature does not fit"
