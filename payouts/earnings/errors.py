"""What paying readers refuses."""

from __future__ import annotations

from backend.core.errors import InvalidInput, Refused


class ThresholdOutOfBounds(InvalidInput):
    """The least that a payout carries is from $15.00 to $10,000.00."""

    code, title = "threshold_out_of_bounds", "A payout cannot wait for that"


class CountryNotServed(Refused):
    """Stripe pays readers of some countries only."""

    code, title = "country_not_served", "Stripe cannot pay accounts in this country"
